import {z} from "zod";
import {component} from "../component.ts";
import {enabled} from "../fields.ts";

const schema = z
  .object({enabled, greeting: z.string().max(64).meta({description: "Text that every event is answered with."})})
  .partial()
  .meta({description: "Answers each event with a greeting."});

export const echo = component(schema, {enabled: false, greeting: "hello", sizing: {cpu: "50m", memory: "64Mi"}});
