import {promisify} from "node:util";
import {zstdCompress, zstdDecompress} from "node:zlib";
import kafkajs from "kafkajs";

/**
 * Producers that are not ours may compress as they like, and kafkajs itself only knows gzip: a batch that it cannot read would
 * hold its partition up for good. Zstandard is in Node; the topics of a pipeline are kept without snappy and lz4 by
 * their `compression.type`.
 */
export function registerCodecs(): void {
  const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({buffer}: {buffer: Buffer}) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
}
