import {promisify} from "node:util";
import {unzip, zstdDecompress} from "node:zlib";
import kafkajs from "kafkajs";
import {readLz4} from "./lz4.ts";
import {readSnappy} from "./snappy.ts";

/** The limit of one batch: a few bytes can stand for more than there is memory. */
const MOST_BYTES = 67_108_864;
const limit = {maxOutputLength: MOST_BYTES};
const {GZIP, Snappy, LZ4, ZSTD} = kafkajs.CompressionTypes;

/**
 * Producers that are not ours, and brokers, may compress as they like, and kafkajs itself knows gzip alone. A batch that cannot
 * be read holds its partition up, and loses nothing: the error says what is wrong with it.
 */
export function registerCodecs(): void {
  const codecs = kafkajs.CompressionCodecs;
  const [gunzip, unzstd] = [promisify(unzip), promisify(zstdDecompress)];
  codecs[GZIP] = codec("gzip", (bytes) => gunzip(bytes, limit));
  codecs[Snappy] = codec("snappy", async (bytes) => readSnappy(bytes, MOST_BYTES));
  codecs[LZ4] = codec("lz4", async (bytes) => readLz4(bytes, MOST_BYTES));
  codecs[ZSTD] = codec("zstd", (bytes) => unzstd(bytes, limit));
}

const codec = (name: string, read: (bytes: Buffer) => Promise<Buffer>) => () => ({
  decompress: (bytes: Buffer) =>
    read(bytes).catch((error) => {
      throw new Error(`a batch that says it is compressed with ${name} cannot be read: ${error.message}`);
    }),
});
