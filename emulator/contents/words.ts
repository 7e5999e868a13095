/** The words of generated texts: mostly English, with some that are not ASCII. */
export const WORDS: readonly string[] = `
  account agenda agreement amount annual answer april archive article assembly august balance bericht
  board border branch bridge budget building calendar capital carbon cargo chair change chapter
  client climate coast comment company concept contract copper copy country course customer datum
  daughter delivery design detail device dinner district document draft effort energy engine evening
  event example expense façade factory figure finance fischer flight forest forward garden glass
  grammar harbor height history holiday hotel house import income index industry invoice island
  january journey kettle kitchen label language lemon letter library license machine manager market
  matter meeting memory mineral minute model morning mountain museum naïve network notice number
  object october office orange order paper partner passage payment pencil people picture planet
  policy price process product profit project proposal protocol purchase quarter question railway reason
  receipt record region report result review river rückgabe salary sample schedule school science
  season section service shipment signal silver society staff station statement straße street student
  summary supplier surface system table target taxes theory ticket timber total traffic training
  travel treasury umsatz value vehicle version village visitor volume warehouse water weather window
  winter worker workshop yellow zürich договор отчёт счёт 会議 予算 合同 报告
`
  .trim()
  .split(/\s+/);
