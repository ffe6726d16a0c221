import {z} from "zod";
import {FLAG_NAMES, QUALITY_DEFAULTS} from "../event/quality.ts";
import {duration} from "../fields.ts";

export const quality = z
  .object({
    ignore: z
      .array(z.enum(FLAG_NAMES))
      .max(FLAG_NAMES.length)
      .meta({description: "Flags that are never set. Default: none.", "x-kubernetes-list-type": "set"}),
    clockAhead: duration(
      `How far an event's time may be ahead of Kafka's time before the flag ClockAhead is set. Default ${QUALITY_DEFAULTS.clockAhead}.`,
    ),
    clockBehind: duration(
      `How far an event's time may be behind Kafka's time before the flag ClockBehind is set. Default ${QUALITY_DEFAULTS.clockBehind}.`,
    ),
    maxSpeed: z
      .int()
      .min(1)
      .max(100_000)
      .meta({
        description: `Speed in km/h between two positions of a vehicle above which the flag Jump is set. Default ${QUALITY_DEFAULTS.maxSpeed}.`,
      }),
  })
  .partial()
  .meta({
    description:
      "Rules for flagging doubtful events. Flagged events are stored like all others. A change applies to events read after it.",
  });
