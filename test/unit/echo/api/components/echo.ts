import {z} from "zod";
import {component} from "../component.ts";
import {enabled} from "../fields.ts";
import {podOptions} from "../pod.ts";

const schema = z
  .object({
    enabled,
    greeting: z.string().max(64).meta({description: "Text that every event is answered with."}),
    pod: podOptions({container: "the program"}),
  })
  .partial()
  .meta({description: "Answers each event with a greeting."});

export const echo = component(schema, {enabled: false, greeting: "hello", sizing: {cpu: "50m", memory: "64Mi"}});
