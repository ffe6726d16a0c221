import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, SERVER_URL, secret} from "../endpoints.ts";
import {COLUMN_TYPES, NUMBERS} from "../event/columns.ts";
import {IDENTITIES, POSITION} from "../event/identity.ts";
import {EVENTS_PATH, PATH} from "../event/path.ts";
import {FLAG_COLUMN} from "../event/quality.ts";
import {TIME_FORMATS} from "../event/time.ts";
import {UNIT_KINDS, UNITS, unitsOf} from "../event/units.ts";
import {isZone} from "../event/zone.ts";
import {COLUMNS, FIGURE_NAMES, FIGURES, TIME} from "../event.ts";
import {type CelRule, cel} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {quality} from "./quality.ts";

/** Envelopes and dialects that are known: what each means is in api/event/presets.ts. */
export const PRESETS = [
  "None",
  "CloudEvents",
  "ThingsBoard",
  "Traccar",
  "OwnTracks",
  "TeltonikaJson",
  "AwsIot",
  "KafkaConnect",
  "Flespi",
] as const;

const PATH_WORDS =
  'a path is expected, such as gps.lat, points[0].speed, ["a name"].x, $.device, @key, @time, @topic or @header.device; several with | between them';

const NO_ZONE = "there is no zone of this name: write one of the IANA database, such as Europe/Berlin, or an offset";

/** Why the spec of an event cannot be carried out, as far as the API server's rules do not say so. */
export function eventProblem({mapping}: Pick<ResolvedSpec, "event">["event"]): string | undefined {
  const dialects = [mapping, ...(mapping?.alternatives ?? [])];
  for (const [at, dialect] of dialects.entries()) {
    const zone = dialect?.time?.zone;
    if (zone === undefined || isZone(zone)) continue;
    const place = at === 0 ? "" : `.alternatives[${at - 1}]`;
    return `spec.event.mapping${place}.time.zone: ${zone}: ${NO_ZONE}`;
  }
  return undefined;
}

const path = (description: string, pattern = PATH) =>
  z
    .string()
    .min(1)
    .max(256)
    .refine((text) => new RegExp(pattern).test(text), PATH_WORDS)
    .meta({
      ...cel({rule: `self.matches(r'${pattern}')`, message: PATH_WORDS}),
      description: `${description} A path consists of names separated by dots; [0] selects a list entry, [name=speed] the first entry with that text in that field, ["a.b"] a name with a dot, and $. starts at the whole message. @key, @time, @topic and @header.NAME refer to the Kafka record, @name to the name of an entry. Of several paths separated by |, the first that exists applies.`,
    });

const source = {
  path: path("Path of the value. Default: the field's name."),
  separator: z
    .string()
    .min(1)
    .max(8)
    .meta({description: "Separator that splits a text into parts, for example a comma."}),
  part: z.int().min(-32).max(32).meta({description: "Index of the part: 0 is the first, -1 the last. Default 0."}),
};

/** How a number comes; what it becomes is the event's own unit. */
const conversion = {
  scale: z
    .number()
    .min(-1e12)
    .max(1e12)
    .meta({description: "Factor to apply before the unit is converted. Default 1."}),
  hemisphere: path("Path of the hemisphere letter, for a coordinate without a sign; S and W make it negative."),
  nulls: z
    .array(z.number())
    .max(16)
    .meta({description: 'Numbers in the message that mean "no value", for example -127 and 255.'}),
  constant: z.number().meta({description: "Fixed number for all events, instead of a path."}),
  default: z.number().meta({description: "Number for events without a value, in the event's unit."}),
};

const ONE_SOURCE: CelRule = {
  rule: "!has(self.constant) || !has(self.path)",
  message: "a field has a constant or a path, not both: remove one of them",
};

const quoted = (texts: readonly string[]) => texts.map((text) => `'${text}'`);

const UNIT_RULES: CelRule[] = FIGURES.map(({name, unit}) => ({
  rule: `self.name != '${name}' || !has(self.unit) || self.unit in [${quoted(unitsOf(unit))}]`,
  message: `${name} cannot have this unit: set unit to one of ${unitsOf(unit).join(", ")}`,
}));

/** What the API server says of the keys of a list; a plan without one says it by this. */
const areUnique = (entries: {name: string}[]) => new Set(entries.map(({name}) => name)).size === entries.length;
const TWICE = "two fields have one name: give one of them another name, or remove it";

const FROM_RULES: CelRule[] = UNIT_KINDS.map(({kind, units}) => {
  const symbols = units.flatMap(({symbols}) => symbols);
  const fix = `is a unit of ${kind}: set unit to one of ${symbols.join(", ")}, or from to a unit of what the field holds`;
  return {
    rule: `!has(self.from) || !(self.from in [${quoted(units.map(({name}) => name))}]) || (has(self.unit) && self.unit in [${quoted(symbols)}])`,
    message: `from ${fix}`,
    messageExpression: `self.name + ': from ' + self.from + ' ${fix}'`,
  };
});

export const MOST_ALTERNATIVES = 8;

const field = z
  .object({
    name: z
      .enum(FIGURE_NAMES)
      .meta({description: "Field of the default format. Other fields belong in spec.event.fields."}),
    ...source,
    unit: z.enum(UNITS).meta({description: "Unit of the value in the message. Default: the event's unit."}),
    ...conversion,
  })
  .partial()
  .required({name: true})
  .meta(cel(...UNIT_RULES, ONE_SOURCE));

const dialect = z
  .object({
    preset: z.enum(PRESETS).meta({
      description:
        "Preset for a common envelope or dialect; the other fields of the mapping override it. Default None.",
    }),
    events: path(
      "Path of the event, or of the list of events, in a message; * selects each entry of an object, with its name in @name, and *[] each entry that must be a list. JSON lists and NDJSON are split without it; $ makes a list one event, { list: [...] }. Default: the message itself.",
      EVENTS_PATH,
    ),
    vehicle: z.object(source).partial().meta({description: "Source of the vehicle's id."}),
    time: z
      .object({
        ...source,
        format: z
          .enum(TIME_FORMATS)
          .meta({description: "Unit of a number since 1970. Default Auto: derived from its size."}),
        zone: z
          .string()
          .max(48)
          .regex(/^([+-](0\d|1[0-8]):[0-5]\d|[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2})$/)
          .refine(isZone, NO_ZONE)
          .meta({
            description:
              "Time zone of times without one: a name such as Europe/Berlin, UTC, or an offset such as +02:00. An hour that occurs twice is taken as the first; a time that is skipped when clocks go forward is moved forward too. Default: such an event is a dead letter.",
          }),
      })
      .partial()
      .meta({description: "Source and format of the time."}),
    fields: z
      .array(field)
      .max(FIGURE_NAMES.length)
      .refine(areUnique, TWICE)
      .meta({
        description: "Sources of the readings, and their conversion.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
  })
  .partial()
  .meta({description: "How to read one further dialect."});

const mapping = dialect
  .extend({
    alternatives: z.array(dialect).max(MOST_ALTERNATIVES).meta({
      description:
        "Further dialects of the same topics, each a mapping of its own. A message is read by the first that finds the vehicle, time and position of each of its events, beginning with the mapping that they are alternatives to.",
      "x-kubernetes-list-type": "atomic",
    }),
  })
  .partial()
  .meta({
    description:
      "Mapping of events in another format to the default one. Events in the default format are still read, unless the mapping reads a field of the same name differently.",
  });

/** Names that columns of the stores have already, and those that every table of PostgreSQL has. */
export const TAKEN = [
  ...COLUMNS,
  TIME.name,
  "day",
  "extra",
  FLAG_COLUMN,
  ...POSITION.map(({name}) => name),
  ..."tableoid xmin xmax cmin cmax ctid".split(" "),
];
const TAKEN_WORDS = "a column of the stores has this name already: give the field another name";
export const MOST_FIELDS = 200;
const OF_NUMBERS = ["min", "max", "from", ...Object.keys(conversion)];

const further = z
  .object({
    name: z
      .string()
      .max(48)
      .regex(/^[a-z][a-z0-9_]*$/)
      .refine((name) => !TAKEN.includes(name), TAKEN_WORDS)
      .meta({description: "Name of the field in the event, and of its column in each store."}),
    type: z.enum(COLUMN_TYPES).meta({
      description:
        "double, float, int (32 bits), bigint (64 bits, exact), boolean, string, timestamp (to the millisecond) or json. The type of an existing column cannot change.",
    }),
    ...source,
    path: path("Where the value is, or under the field's own name. Default: its own name."),
    unit: z.string().max(16).meta({description: "Unit of the column, min and max, as it is displayed."}),
    from: z.enum(UNITS).meta({
      description:
        "Unit of the value in the message, if it differs from unit; both must measure the same quantity. Default: unit.",
    }),
    ...conversion,
    min: z
      .number()
      .meta({description: "Minimum. A smaller number is not stored in the column; the rest of the event is."}),
    max: z
      .number()
      .meta({description: "Maximum. A larger number is not stored in the column; the rest of the event is."}),
    required: z.boolean().meta({description: "Whether an event without the field is a dead letter. Default false."}),
    description: z.string().max(256).meta({description: "Meaning of the field, as it is displayed."}),
  })
  .partial()
  .required({name: true, type: true})
  .meta(
    cel(
      {
        rule: `!(self.name in [${quoted(TAKEN)}])`,
        message: TAKEN_WORDS,
      },
      {
        rule: "!has(self.min) || !has(self.max) || self.min <= self.max",
        message: "min is greater than max: no value would be within the bounds",
      },
      {
        rule: `!(${OF_NUMBERS.map((name) => `has(self.${name})`).join(" || ")}) || self.type in [${quoted(NUMBERS)}]`,
        message: `${OF_NUMBERS.join(", ")} are of numbers: remove them, or set type to double, float, int or bigint`,
      },
      ONE_SOURCE,
      ...FROM_RULES,
    ),
  );

/** Whether a field can be averaged, drawn and compared with a limit. */
export const isNumber = ({type}: Pick<EventField, "type">): boolean => NUMBERS.includes(type);

const fields = z
  .array(further)
  .max(MOST_FIELDS)
  .refine(areUnique, TWICE)
  .meta({
    description:
      "Additional fields, each with its own column in every store. Fields can be added at any time, without copying the table; a removed field keeps its column and data.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
  });

const REGISTRY_WORDS =
  "a URL without a login is expected, such as https://schema-registry:8081: its login belongs into the Secret of spec.event.schemaRegistry.secret";

const schemaRegistry = z
  .object({
    url: z
      .string()
      .max(1_024)
      .refine((text) => new RegExp(SERVER_URL).test(text), REGISTRY_WORDS)
      .meta({
        ...cel({rule: `self.matches(r'${SERVER_URL}')`, message: REGISTRY_WORDS}),
        description:
          "URL of the registry, for example http://schema-registry:8081. For Apicurio, append /apis/ccompat/v7.",
      }),
    secret: secret("username and password, or token").optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "Schema registry with Confluent's API (Confluent, Karapace, Apicurio, Redpanda). Avro, Protobuf and JSON Schema in its wire format are then read as well as plain JSON, with the same mapping. Default: none.",
  });

const identity = z.enum(IDENTITIES).meta({
  description:
    "Key of an event. VehicleAndTime: one row for each vehicle and millisecond. VehicleTimeAndPosition: the position in Kafka counts too, so several events of a vehicle in one millisecond, and repeated ones, are separate rows. It cannot change on a live pipeline. Default VehicleAndTime.",
});

export type EventMapping = z.output<typeof mapping>;
/** A mapping without its alternatives. */
export type Dialect = z.output<typeof dialect>;
export type EventField = z.output<typeof further>;
export type FieldMapping = z.output<typeof field>;

const identityOf = (spec: string) =>
  `(has(${spec}.event) && has(${spec}.event.identity) ? ${spec}.event.identity : '${IDENTITIES[0]}')`;

const rules: CelRule[] = [
  {
    rule: `${identityOf("self")} == ${identityOf("oldSelf")}`,
    message:
      "spec.event.identity cannot change on a live pipeline, since it is the key of the stores' tables: set it back, or create another pipeline",
  },
];

const part = component(
  z
    .object({mapping, fields, schemaRegistry, quality, identity})
    .partial()
    .meta({description: "Events: fields, the format of messages, and rules for doubtful values."}),
  {},
);

export const event = {...part, rules};
