import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

export const event = command({
  name: "event",
  summary: "Try what becomes of a message of a vehicle, or suggest a mapping and fields for some",
  details: `"try" reads messages as the ingesters do, by spec.event of the pipeline NAME or of a file, or by the default format, and shows where each
field comes from. Its exit code is 1 if one of them would become a dead letter. "suggest" proposes a mapping for samples, and fields for what else they
say: a file with one message a line, or one message. Neither sends or stores anything.`,
  arguments: [
    {name: "ACTION", summary: "what to do", values: ["try", "suggest"]},
    {...NAME, optional: true},
  ],
  options: {
    filename: {
      short: "f",
      value: "FILE",
      summary: 'A message as it comes, or samples of it, one a line; "-" for stdin',
      repeated: true,
      complete: "file",
    },
    pipeline: {
      value: "FILE",
      summary: "A TelemetryPipeline whose spec.event applies, without a cluster",
      complete: "file",
    },
    key: {value: "TEXT", summary: "The message's key"},
    topic: {value: "NAME", summary: "The topic that it comes in"},
    header: {value: "NAME=TEXT", summary: "A header of the message", repeated: true},
    registry: {
      value: "URL",
      summary: 'Of "try": the schema registry of Avro, Protobuf and JSON Schema, as this machine reaches it',
    },
    ...output("table", "yaml", "json"),
    ...cluster,
  },
  examples: [
    ["A message by the mapping of a live pipeline", "event try fleet -f payload.json"],
    ["The same without a cluster", "event try -f payload.json --pipeline examples/own-vehicles.yaml"],
    ["Avro or Protobuf", "event try fleet -f payload.bin --registry http://localhost:8081"],
    ["A mapping and fields for messages of an own format", "event suggest -f samples.ndjson"],
  ],
  async run({ACTION: task, NAME: name}, given) {
    const {filename: files, pipeline, key, topic, header: headers, registry, output: format, ...options} = given;
    const {messagesOf, tryEvents} = await import("../event.ts");
    const {suggestMapping} = await import("../event-suggest.ts");
    const {eventSpecOf} = await import("../event-mapping.ts");
    const {report} = await import("../output.ts");
    const beside = {key, topic, headers};
    if (task === "suggest") return report(suggestMapping(messagesOf(files, beside, true)), format);
    const messages = messagesOf(files, beside, false);
    const {schemasOf} = await import("../event-schemas.ts");
    const schemas = await schemasOf(registry, messages);
    return report(tryEvents(messages, await eventSpecOf(name, pipeline, options), schemas), format);
  },
});
