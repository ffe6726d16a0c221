import {z} from "zod";
import {FLAG_NAMES, QUALITY_DEFAULTS} from "../event/quality.ts";
import {duration} from "../fields.ts";

export const quality = z
  .object({
    ignore: z
      .array(z.enum(FLAG_NAMES))
      .max(FLAG_NAMES.length)
      .meta({description: "Flags that are not set. Default: none is left out.", "x-kubernetes-list-type": "set"}),
    clockAhead: duration(
      `How much later than Kafka's time an event's time may be without the flag ClockAhead. Default ${QUALITY_DEFAULTS.clockAhead}.`,
    ),
    clockBehind: duration(
      `How much earlier than Kafka's time an event's time may be without the flag ClockBehind. Default ${QUALITY_DEFAULTS.clockBehind}.`,
    ),
    maxSpeed: z
      .int()
      .min(1)
      .max(100_000)
      .meta({
        description: `Speed in km/h from one position of a vehicle to the next above which the flag Jump is set. Default ${QUALITY_DEFAULTS.maxSpeed}.`,
      }),
  })
  .partial()
  .meta({
    description:
      "Rules by which doubtful events are flagged. They are stored all the same; a change applies to events that are read from then on.",
  });
