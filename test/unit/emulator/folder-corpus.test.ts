import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type DriveFile, type Emulator } from '../../../emulator';
import { ask, listAll } from '../../contract/emulator-request';

function sum(algorithm: string, data: string | Buffer): string {
  return createHash(algorithm).update(data).digest('hex');
}

describe('emulator: a real folder as a Drive', () => {
  let path: string;
  let emulator: Emulator;
  let files: Map<string, DriveFile>;

  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'emulator-'));
    await mkdir(join(path, 'a', 'b'), { recursive: true });
    await writeFile(join(path, 'a', 'b', 'note.txt'), 'hello');
    await writeFile(join(path, 'a', 'big.bin'), Buffer.alloc(3 << 20, 7));
    await writeFile(join(path, 'a', 'locked.pdf'), 'secret');
    await chmod(join(path, 'a', 'locked.pdf'), 0);
    await writeFile(join(path, 'empty'), '');
    await utimes(join(path, 'empty'), 1_600_000_000.5, 1_600_000_000.5);
    await symlink('a/b/note.txt', join(path, 'inside'));
    await symlink('..', join(path, 'outside'));
    await symlink('nowhere', join(path, 'dangling'));
    emulator = await startEmulator({ corpus: { kind: 'folder', path } });
    files = new Map([...emulator.truth()].map((file) => [file.name, file]));
  });
  afterAll(async () => {
    await emulator.close();
    await rm(path, { recursive: true });
  });

  test('everything below the folder is there, links unfollowed', () => {
    expect([...files.keys()].toSorted()).toEqual([
      'a',
      'b',
      'big.bin',
      'dangling',
      'empty',
      'inside',
      'locked.pdf',
      'note.txt',
      'outside',
    ]);
    expect(emulator.fileCount).toBe(9);
  });

  test('sizes, checksums and times are those of the file', () => {
    expect(files.get('note.txt')).toMatchObject({
      mimeType: 'text/plain',
      size: '5',
      md5Checksum: sum('md5', 'hello'),
      sha1Checksum: sum('sha1', 'hello'),
      sha256Checksum: sum('sha256', 'hello'),
      fullFileExtension: 'txt',
    });
    expect(files.get('big.bin')).toMatchObject({
      size: String(3 << 20),
      md5Checksum: sum('md5', Buffer.alloc(3 << 20, 7)),
    });
    expect(files.get('empty')).toMatchObject({ size: '0', modifiedTime: '2020-09-13T12:26:40.500Z' });
    expect(files.get('a')).not.toHaveProperty('size');
  });

  test('a file that cannot be read keeps its place', () => {
    const locked = files.get('locked.pdf');
    expect(locked).toMatchObject({ size: '6', mimeType: 'application/pdf' });
    // Root reads everything.
    expect('md5Checksum' in (locked ?? {})).toBe(process.getuid?.() === 0);
  });

  test('links are shortcuts, with the id of their target if it is inside', () => {
    expect(files.get('inside')?.shortcutDetails).toEqual({
      targetId: files.get('note.txt')?.id,
      targetMimeType: 'text/plain',
    });
    const ids = [...files.values()].map(({ id }) => id);
    for (const name of ['outside', 'dangling']) {
      expect(files.get(name)?.mimeType).toBe('application/vnd.google-apps.shortcut');
      expect(ids).not.toContain(files.get(name)?.shortcutDetails?.targetId);
    }
  });

  test('the tree is that of the folder, and listings find it', async () => {
    const root = (await ask(emulator, 'drive/v3/files/root', { fields: 'id' })).body as DriveFile;
    expect(files.get('a')?.parents).toEqual([root.id]);
    expect(files.get('note.txt')?.parents).toEqual([files.get('b')?.id]);
    const children = await listAll(emulator, { q: `'${files.get('a')?.id ?? ''}' in parents` });
    expect(children.map(({ name = '' }) => name).toSorted()).toEqual(['b', 'big.bin', 'locked.pdf']);
    const listed = await listAll(emulator, {
      pageSize: '2',
      orderBy: 'modifiedTime desc',
      fields: 'nextPageToken,files',
    });
    expect(new Map(listed.map((file) => [file.name ?? '', file]))).toEqual(files);
  });

  test('the ids are the same every time', async () => {
    const again = await startEmulator({ corpus: { kind: 'folder', path } });
    expect([...again.truth()]).toEqual([...emulator.truth()]);
    await again.close();
  });

  test('the Drive that is made from a folder can change, but the folder does not', async () => {
    const changed = await startEmulator({
      corpus: { kind: 'folder', path, drives: [{ name: 'One', files: 3 }] },
    });
    const { world } = changed;
    const id = files.get('note.txt')?.id ?? '';
    world.rename(id, 'renamed');
    world.edit(files.get('big.bin')?.id ?? '');
    world.trash(files.get('a')?.id ?? '');
    const made = world.createFile({ parent: files.get('b')?.id ?? '' });
    const found = await listAll(changed, {
      q: 'trashed = true',
      orderBy: 'modifiedTime desc',
      pageSize: '2',
      fields: 'nextPageToken,files',
    });
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b', 'renamed', 'big.bin']));
    expect(found.map((file) => file.id)).toContain(made);
    expect(changed.fileCount).toBe(13);
    await changed.close();
    expect([...emulator.truth()]).toEqual([...files.values()]);
  });

  test('a folder that is missing stops the start', async () => {
    await expect(startEmulator({ corpus: { kind: 'folder', path: join(path, 'missing') } })).rejects.toThrow(
      /ENOENT/,
    );
  });
});
