/**
 * A place in a text. `at` is the offset of its first character in UTF-16 units; `label` is what people call it:
 * "p. 12", "sheet Q3", "slide 7", "attachment a.pdf". Marks are sorted by `at`.
 */
export interface PlaceMark {
  at: number;
  label: string;
}
