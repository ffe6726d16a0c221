import {promisify} from "node:util";
import {zstdCompress, zstdDecompress} from "node:zlib";
import kafkajs from "kafkajs";

/**
 * Producers that are not ours may compress as they like, and kafkajs itself only knows gzip: a batch that it cannot read holds
 * its partition up. Zstandard is in Node; snappy and lz4 are not read (docs/reliability.md).
 */
export function registerCodecs(): void {
  const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({buffer}: {buffer: Buffer}) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
}
