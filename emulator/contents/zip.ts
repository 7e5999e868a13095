import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive. */
export interface ZipEntry {
  name: string;
  text: string;
}

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** Names are in UTF-8. */
const FLAGS = 0x0800;
const STORED = 0;
const DEFLATED = 8;
/** Shorter entries are stored: compressing them would take longer than everything else. */
const LEAST_TO_DEFLATE = 1024;
const VERSION = 20;
/** 1 January 1980, so that the same entries always give the same bytes. */
const DATE = 0x21;
/** The fastest level: generated files are written on each request. */
const LEVEL = 1;

/** Writes a ZIP archive. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of entries) {
    const bytes = Buffer.from(text);
    const isStored = bytes.length < LEAST_TO_DEFLATE;
    const packed = isStored ? bytes : deflateRawSync(bytes, { level: LEVEL });
    const facts = {
      name: Buffer.from(name),
      method: isStored ? STORED : DEFLATED,
      crc: crc32(bytes),
      size: bytes.length,
      packed: packed.length,
    };
    central.push(centralHeader(facts, offset), facts.name);
    const header = localHeader(facts);
    parts.push(header, facts.name, packed);
    offset += header.length + facts.name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...parts, directory, endRecord(entries.length, directory.length, offset)]);
}

interface EntryFacts {
  name: Buffer;
  method: number;
  crc: number;
  size: number;
  packed: number;
}

function localHeader(facts: EntryFacts): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, facts);
  return header;
}

function centralHeader(facts: EntryFacts, offset: number): Buffer {
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, facts);
  header.writeUInt32LE(offset, 42);
  return header;
}

/** Writes the fields that both headers of an entry have. */
function writeCommon(header: Buffer, at: number, { name, method, crc, size, packed }: EntryFacts): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(FLAGS, at + 2);
  header.writeUInt16LE(method, at + 4);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(packed, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(name.length, at + 22);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
