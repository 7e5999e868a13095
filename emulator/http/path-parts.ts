/** What the address of a request says besides its parameters. */
export interface PathParts {
  /** The first id or name in the path. */
  argument: string;
  /** The second one. */
  second: string;
  /** The scheme and host that the client uses. */
  origin: string;
}
