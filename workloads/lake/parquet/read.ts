import {zstdDecompressSync} from "node:zlib";
import {type AsyncBuffer, type Compressors, type FileMetaData, parquetMetadataAsync} from "hyparquet";
import type {Objects} from "../iceberg/objects.ts";

/** What files of others may be compressed by, beside what the library knows itself. */
export const compressors: Compressors = {ZSTD: (bytes) => new Uint8Array(zstdDecompressSync(bytes))};

/** A file of the lake as the library reads it. */
export function bufferOf(objects: Pick<Objects, "readPart">, path: string, bytes: number): AsyncBuffer {
  return {
    byteLength: bytes,
    async slice(start, end = bytes) {
      const from = start < 0 ? bytes + start : start;
      const part = await objects.readPart(path, from, end);
      return part.buffer.slice(part.byteOffset, part.byteOffset + part.length) as ArrayBuffer;
    },
  };
}

/** Bounds of texts and of whole numbers come as they are, not as what they stand for. */
export const plainParsers = {
  timestampFromMilliseconds: (millis: bigint) => Number(millis) * 1_000,
  timestampFromMicroseconds: (micros: bigint) => Number(micros),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000n),
};

export const footerOf = (file: AsyncBuffer): Promise<FileMetaData> =>
  parquetMetadataAsync(file, {parsers: plainParsers, geoparquet: false});
