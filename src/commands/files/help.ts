/** What the help of `search` adds. */
export const SEARCH_HELP = `
Words are searched in names and descriptions, and in the texts of files if they
are kept (see "content"). Case and accents make no difference. All of them must
match. Without --sort, the best names come first, then the best texts.

  word             a part of the name or the description, or the beginning of a
                   word in the text; of one or two letters, a whole word
  '"two words"'    the same for a phrase, in the text for whole words; quotes
                   also search for a text such as '"a:b"' or '"*"' as it is
  -word -type:pdf  leave these out; a minus excludes anything
  '*.pdf'          the whole name; * is any text, ? is one character

Filters:
  type:     folder, document, spreadsheet, presentation, form, drawing, pdf,
            image, video, audio, archive, text, shortcut, or a MIME type
  owner:    "me", or a part of the owner's address
  after:    modified since 2026, 2026-01 or 2026-01-31, or in the last 30d
  before:   modified before that, or longer than 30d ago
  in:       everything below a folder: a path, an id or an address
  larger:   more bytes than 500, 10K, 5M or 1.5G
  smaller:  fewer bytes
  name:     the text or pattern is in the name; title: is the same
  content:  the word or phrase is in the text, as in 'content:"annual report"'
  has:      text: the text is kept
  ext:      the end of the name, as in ext:pdf
  is:       starred, trashed, shared or owned (by you);
            empty      a folder with nothing in it, not even trash
            orphan     in no folder of the copy, as most shared files are;
                       with owner:me, files that lost their folder
            duplicate  same content and size as another file, trash aside
            dangling   a shortcut to a file that is not in the copy
Files in the trash are left out, except with is:trashed.

Examples:
  gdrive-sync search invoice type:pdf after:2026-01
  gdrive-sync search type:video owner:me --sort size
  gdrive-sync search 'report-20??.docx' 'in:/My Drive/Reports'
  gdrive-sync search is:empty owner:me --links`;

/** What the help of `ls` adds. */
export const LS_HELP = `
Examples:
  gdrive-sync ls                      the top level
  gdrive-sync ls "My Drive/Reports" --sort size
  gdrive-sync ls -R -l "/Shared drives/Team"`;

/** What the help of `info` adds. */
export const INFO_HELP = `
Examples:
  gdrive-sync info "My Drive/Reports/plan.docx"
  gdrive-sync info https://drive.google.com/file/d/1a2b3c4d5e6f/view
  gdrive-sync info 1a2b3c4d5e6f --duplicates`;

/** What the help of `cat` adds. */
export const CAT_HELP = `
Texts are kept only if you switch them on: see "gdrive-sync content".

Examples:
  gdrive-sync cat "My Drive/Reports/plan.docx"
  gdrive-sync cat 1a2b3c4d5e6f --page 3
  gdrive-sync cat "My Drive/Budget.xlsx" --page "sheet Q3"`;

/** What the help of `du` adds. */
export const DU_HELP = `
Examples:
  gdrive-sync du                      every place
  gdrive-sync du "My Drive/Photos" --limit 10
  gdrive-sync du --by owner           who uses the space`;
