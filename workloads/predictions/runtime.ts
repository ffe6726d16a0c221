/**
 * ONNX Runtime. Its library would tell Microsoft of each process and model, and keep a number of this machine on its disk, unless it is told not to
 * before it is loaded.
 */
export async function onnxRuntime(): Promise<typeof import("onnxruntime-node")> {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  return import("onnxruntime-node");
}
