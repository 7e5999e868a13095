import { hash } from '../hash';

const SUBJECTS = [
  [
    'Budget',
    'Meeting notes',
    'Invoice',
    'Contract',
    'Roadmap',
    'Travel plan',
    'Photo',
    'Untitled document',
    'Résumé',
  ],
  [
    'Haushalt',
    'Besprechung',
    'Rechnung',
    'Vertrag',
    'Übersicht',
    'Prüfungsbericht',
    'Straßenkarte',
    'Entwurf',
  ],
  ['Budget prévisionnel', 'Compte rendu', 'Facture n°', 'Été à la mer', 'Devis', "Liste d'achats", 'Œuvre'],
  ['Presupuesto', 'Acta de reunión', 'Año fiscal', 'Niños', 'Informe', 'Factura', 'Diseño'],
  ['会議の議事録', '請求書', '企画書', '写真', '履歴書', '旅行の計画'],
  ['会议记录', '预算', '合同', '年度报告', '照片'],
  ['Отчёт', 'Счёт', 'Договор', 'Заметки', 'Фото'],
  ['تقرير', 'فاتورة', 'ملاحظات', 'صورة'],
  ['रिपोर्ट', 'चालान', 'टिप्पणियाँ'],
  ['보고서', '회의록', '사진', '계약서'],
  ['Raport roczny', 'Zażółć gęślą jaźń', 'Umowa', 'Zdjęcie'],
  ['🎉 Party', 'Holiday 🏖️', '📊 KPIs', '👨‍👩‍👧 Family'],
] as const;
const QUALIFIERS = ['', '', ' (1)', ' final', ' v2', ' - copy', ' 2019', ' Q3', ' draft', ' FINAL final'];

/** Generates a realistic file name in one of several languages. Names repeat. */
export function fileName(seed: number, slot: number, extension: string): string {
  const random = hash(seed, slot, 0x40);
  // Half of the names are English, the first list.
  const language = (random & 1) === 0 ? 0 : (random >>> 1) % SUBJECTS.length;
  const subjects: readonly string[] = SUBJECTS[language] ?? SUBJECTS[0];
  const subject = subjects[(random >>> 5) % subjects.length] ?? '';
  const qualifier = QUALIFIERS[(random >>> 9) % QUALIFIERS.length] ?? '';
  const number = (random >>> 13) % 10_000;
  const suffix = extension === '' ? '' : `.${extension}`;
  return `${subject}${qualifier} ${String(number)}${suffix}`;
}
