import {z} from "zod";
import {PORT, URL_HOST} from "../addresses.ts";
import {component} from "../component.ts";
import {caSecret, secret} from "../endpoints.ts";
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
  const zone = mapping?.time?.zone;
  return zone === undefined || isZone(zone) ? undefined : `spec.event.mapping.time.zone: ${zone}: ${NO_ZONE}`;
}

const path = (description: string, pattern = PATH) =>
  z
    .string()
    .min(1)
    .max(256)
    .refine((text) => new RegExp(pattern).test(text), PATH_WORDS)
    .meta({
      ...cel({rule: `self.matches(r'${pattern}')`, message: PATH_WORDS}),
      description: `${description} Names with dots between them, [0] for an entry of a list, ["a.b"] for a name with a dot, $. before what is counted from the whole message; @key, @time, @topic and @header.NAME for what Kafka has beside the value; @name for the name of an entry; several with | between them: the first that is there.`,
    });

const source = {
  path: path("Where the value is. Default: the field's own name."),
  separator: z.string().min(1).max(8).meta({description: "Cuts a text into parts, for example a comma."}),
  part: z
    .int()
    .min(-32)
    .max(32)
    .meta({description: "The part behind the cuts: 0 is the first, -1 the last. Default 0."}),
};

/** How a number comes; what it becomes is the event's own unit. */
const conversion = {
  scale: z
    .number()
    .min(-1e12)
    .max(1e12)
    .meta({description: "Factor of the value as it comes, before the unit. Default 1."}),
  hemisphere: path("Where the letter of the hemisphere is, for a coordinate without a sign: S and W make it negative."),
  nulls: z
    .array(z.number())
    .max(16)
    .meta({description: "Numbers that stand for no value, as they come, for example -127 and 255."}),
  constant: z.number().meta({description: "A number for all events, in place of a path."}),
  default: z.number().meta({description: "The number for events that have none, in the event's unit."}),
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

const field = z
  .object({
    name: z.enum(FIGURE_NAMES).meta({description: "A field of the default format; for others see spec.event.fields."}),
    ...source,
    unit: z.enum(UNITS).meta({description: "Unit of the value as it comes. Default: the event's own."}),
    ...conversion,
  })
  .partial()
  .required({name: true})
  .meta(cel(...UNIT_RULES, ONE_SOURCE));

const mapping = z
  .object({
    preset: z
      .enum(PRESETS)
      .meta({description: "A known envelope or dialect; the fields below say what differs from it. Default None."}),
    events: path(
      "Where a message has its event, or its list of events; * for each entry of an object, whose name is @name, and *[] where each must be a list. Lists and lines of JSON (NDJSON) are taken apart without it. Default: the message itself.",
      EVENTS_PATH,
    ),
    vehicle: z.object(source).partial().meta({description: "Where the vehicle's id is."}),
    time: z
      .object({
        ...source,
        format: z
          .enum(TIME_FORMATS)
          .meta({description: "What a number counts since 1970. Default Auto: told apart by its size."}),
        zone: z
          .string()
          .max(48)
          .regex(/^([+-](0\d|1[0-8]):[0-5]\d|[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2})$/)
          .refine(isZone, NO_ZONE)
          .meta({
            description:
              "Zone of a time that names none: a name such as Europe/Berlin, UTC, or an offset such as +02:00. An hour that comes twice is its first; a time that clocks leap over is later by the leap. Default: such an event is a dead letter.",
          }),
      })
      .partial()
      .meta({description: "Where the time is, and how it is written."}),
    fields: z
      .array(field)
      .max(FIGURE_NAMES.length)
      .refine(areUnique, TWICE)
      .meta({
        description: "Where readings are, and how to convert them.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      }),
  })
  .partial()
  .meta({
    description:
      "How to read events that are in another format than the default one. Events in the default format are read too, unless the mapping reads a field of the same name in another way.",
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
      .meta({description: "The field's name in the event, and its column's in each store."}),
    type: z.enum(COLUMN_TYPES).meta({
      description:
        "double, float, int (32 bits), bigint (64 bits, exact), boolean, string, timestamp (to the millisecond) or json. The type of a column that is there cannot be changed.",
    }),
    ...source,
    path: path("Where the value is, or under the field's own name. Default: its own name."),
    unit: z.string().max(16).meta({description: "Unit of the column and of min and max, as people write it."}),
    from: z
      .enum(UNITS)
      .meta({description: "Unit of the value as it comes, if it is another one of what unit measures. Default: unit."}),
    ...conversion,
    min: z.number().meta({description: "Least value of a number; what is less costs only itself."}),
    max: z.number().meta({description: "Greatest value of a number; what is greater costs only itself."}),
    required: z.boolean().meta({description: "Whether an event without it is a dead letter. Default false."}),
    description: z.string().max(256).meta({description: "What it means, for people."}),
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
      "Fields beside the seven of the default format that get a column of their own in each store. Added at any time, without a copy of the table; one that is removed keeps its column and data.",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
  });

const REGISTRY_WORDS =
  "a URL without a login is expected, such as https://schema-registry:8081: its login belongs into the Secret of spec.event.schemaRegistry.secret";
/** Without a login, a query and a fragment. */
const REGISTRY_URL = `^https?://${URL_HOST}(:${PORT})?(/[A-Za-z0-9._~%/-]*)?$`;

const schemaRegistry = z
  .object({
    url: z
      .string()
      .max(1_024)
      .refine((text) => new RegExp(REGISTRY_URL).test(text), REGISTRY_WORDS)
      .meta({
        ...cel({rule: `self.matches(r'${REGISTRY_URL}')`, message: REGISTRY_WORDS}),
        description:
          "URL of the registry, such as http://schema-registry:8081; of Apicurio with its path /apis/ccompat/v7.",
      }),
    secret: secret("username and password, or token").optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description:
      "A schema registry with Confluent's API (Confluent, Karapace, Apicurio, Redpanda). Avro, Protobuf and JSON Schema in its wire format are then read beside plain JSON, by the same mapping. Default: none.",
  });

/** The Secrets that a pod needs to ask the registry. */
export const registrySecrets = (registry: z.output<typeof schemaRegistry> | undefined) => [
  ...(registry?.secret
    ? [
        {
          field: "spec.event.schemaRegistry.secret",
          name: registry.secret,
          keys: ["username or token", "password or token"],
        },
      ]
    : []),
  ...(registry?.caSecret
    ? [{field: "spec.event.schemaRegistry.caSecret", name: registry.caSecret, keys: ["ca.crt"]}]
    : []),
];

const identity = z.enum(IDENTITIES).meta({
  description:
    "What makes two events different: vehicle and time to the millisecond, or also the position in Kafka, so that several events of a vehicle in one millisecond, and repeated ones, are rows of their own. It cannot change on a live pipeline. Default VehicleAndTime.",
});

export type EventMapping = z.output<typeof mapping>;
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
    .meta({description: "The event: its fields, how messages of vehicles are read, and what is doubtful."}),
  {},
);

export const event = {...part, rules};
