import {execFileSync} from "node:child_process";
import {mkdtempSync, readdirSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {onnxOf} from "../../test/onnx.ts";

test("a model that is loaded leaves no trace of telemetry: neither a number of the machine nor events to be sent", () => {
  const home = mkdtempSync(join(tmpdir(), "runtime-"));
  const onnx = onnxOf([{feature: 0, value: 1, low: 2, high: -2}], 2).toString("base64");
  const program = `
    const {onnxRuntime} = await import(${JSON.stringify(join(import.meta.dirname, "runtime.ts"))});
    const {InferenceSession} = await onnxRuntime();
    console.log((await InferenceSession.create(Buffer.from("${onnx}", "base64"))).inputNames.length);`;
  try {
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      env: {HOME: home, TMPDIR: home},
      encoding: "utf8",
    });
    expect(said).toBe("1\n");
    expect(readdirSync(home, {recursive: true})).toEqual([]);
  } finally {
    rmSync(home, {recursive: true});
  }
});
