/** Makes the compiler prove that a union was handled exhaustively. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
