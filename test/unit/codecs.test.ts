import {readFileSync} from "node:fs";
import {join} from "node:path";
import {gzipSync, zstdCompressSync} from "node:zlib";
import kafkajs from "kafkajs";
import {beforeAll, expect, test} from "vitest";
import {registerCodecs} from "../../workloads/lib/compression.ts";
import {readLz4} from "../../workloads/lib/lz4.ts";
import {readSnappy} from "../../workloads/lib/snappy.ts";

const MOST = 1_000_000;
/** java.*: by Kafka's own client; linked.lz4: by `lz4 -BD -BX --content-size`; raw.snappy: one bare block, as librdkafka writes it. */
const file = (name: string) => readFileSync(join(import.meta.dirname, "codecs", name));
const TEXT = Array.from(
  {length: 700},
  (_, index) => `{"vehicle_id":"v${index % 9}","speed":${index % 130},"note":"${"x".repeat(200)}"}\n`,
).join("");

beforeAll(registerCodecs);

const {GZIP, LZ4, Snappy, ZSTD} = kafkajs.CompressionTypes;

test.each([
  ["Java's lz4", LZ4, file("java.lz4")],
  ["lz4 with linked blocks, checksums and a size", LZ4, file("linked.lz4")],
  ["Java's snappy", Snappy, file("java.snappy")],
  ["bare snappy", Snappy, file("raw.snappy")],
  ["gzip", GZIP, gzipSync(TEXT)],
  ["zstd", ZSTD, zstdCompressSync(TEXT)],
] as const)("%s is read as it was written", async (_, type, bytes) => {
  const read: Buffer = await kafkajs.CompressionCodecs[type]().decompress(bytes);
  expect(read.toString()).toBe(TEXT);
});

test.each([
  ["lz4", LZ4, file("java.lz4")],
  ["snappy", Snappy, file("java.snappy")],
  ["gzip", GZIP, gzipSync(TEXT)],
  ["zstd", ZSTD, zstdCompressSync(TEXT)],
] as const)("a %s batch that is cut off is an error that names the codec", async (name, type, bytes) => {
  for (const length of [0, 5, 20, bytes.length >> 1, bytes.length - 1])
    await expect(kafkajs.CompressionCodecs[type]().decompress(bytes.subarray(0, length)), `${length}`).rejects.toThrow(
      `compressed with ${name} cannot be read`,
    );
});

test("what would unpack to more than there is room for is refused before it does", () => {
  expect(() => readLz4(file("java.lz4"), 100_000)).toThrow("more than 100000 bytes");
  expect(() => readSnappy(file("java.snappy"), 100_000)).toThrow("more than");
  expect(readLz4(file("java.lz4"), MOST)).toHaveLength(TEXT.length);
});

test("no broken bytes make the readers write or read outside of their buffers, or hang", () => {
  for (const name of ["java.lz4", "linked.lz4", "java.snappy", "raw.snappy"]) {
    const read = name.endsWith("lz4") ? readLz4 : readSnappy;
    const bytes = file(name);
    for (let at = 0; at < bytes.length; at += 7) {
      const broken = Buffer.from(bytes);
      broken[at]! ^= 0x55;
      try {
        expect(read(broken, MOST).length).toBeLessThanOrEqual(MOST);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  }
});
