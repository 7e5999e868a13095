import { crc32, deflateRawSync } from 'node:zlib';

/** An entry to write. What the headers declare can differ from what is there. */
export interface ZipPart {
  name: string;
  data: string | Buffer;
  /** Instead of the real size. */
  declaredSize?: number;
  stored?: boolean;
  encrypted?: boolean;
  /** Use the data of the entry that was written as number `sameAs`: entries that overlap. */
  sameAs?: number;
}

interface Written {
  head: Buffer;
  offset: number;
}

/** Writes a ZIP file. */
export function zipFile(parts: readonly ZipPart[] | Readonly<Record<string, string | Buffer>>): Buffer {
  const list = Array.isArray(parts) ? (parts as ZipPart[]) : asParts(parts as Record<string, string>);
  const pieces: Buffer[] = [];
  const written: Written[] = [];
  let at = 0;
  for (const part of list) {
    const same = part.sameAs === undefined ? undefined : written[part.sameAs]!;
    if (same !== undefined) {
      const head = Buffer.from(same.head);
      head.writeUInt16LE(Buffer.byteLength(part.name), 22);
      written.push({ head, offset: same.offset });
      continue;
    }
    const { head, body, name } = encode(part);
    written.push({ head, offset: at });
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, name, body]);
    pieces.push(local);
    at += local.length;
  }
  const directory = list.map(({ name }, index) => central(Buffer.from(name), written[index]!));
  return Buffer.concat([...pieces, ...directory, end(list.length, Buffer.concat(directory).length, at)]);
}

function asParts(parts: Readonly<Record<string, string | Buffer>>): ZipPart[] {
  return Object.entries(parts).map(([name, data]) => ({ name, data }));
}

/** What the local and the central header have in common, 26 bytes. */
function encode(part: ZipPart): { head: Buffer; body: Buffer; name: Buffer } {
  const data = Buffer.from(part.data);
  const name = Buffer.from(part.name);
  const body = part.stored === true ? data : deflateRawSync(data);
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x800 | (part.encrypted === true ? 1 : 0), 2);
  head.writeUInt16LE(part.stored === true ? 0 : 8, 4);
  head.writeUInt32LE(crc32(data), 10);
  head.writeUInt32LE(body.length, 14);
  head.writeUInt32LE(part.declaredSize ?? data.length, 18);
  head.writeUInt16LE(name.length, 22);
  return { head, body, name };
}

function central(name: Buffer, { head, offset }: Written): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, rest, name]);
}

function end(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(18);
  record.writeUInt16LE(count % 65_536, 4);
  record.writeUInt16LE(count % 65_536, 6);
  record.writeUInt32LE(size, 8);
  record.writeUInt32LE(offset, 12);
  return Buffer.concat([
    count > 65_535 ? zip64End(count, size, offset) : Buffer.alloc(0),
    Buffer.from('PK\x05\x06'),
    record,
  ]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 0, 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}
