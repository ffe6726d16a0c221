import {z} from "zod";
import {PORT, URL_HOST} from "../addresses.ts";
import {cel, dataKey, objectName} from "../fields.ts";

/** A key of a Secret in the pipeline's namespace: nothing secret is ever in the spec. */
const secretKey = (what: string, key: string) =>
  z
    .object({
      name: objectName().meta({description: `Secret of the pipeline's namespace that holds ${what}.`}),
      key: dataKey()
        .optional()
        .meta({description: `Its key; default ${key}.`}),
    })
    .meta({description: `Secret and key that hold ${what}.`});

const SEVERITIES = ["critical", "warning"] as const;
const httpUrl = z
  .string()
  .max(2_048)
  .regex(/^https?:\/\/[^/?#\s]+[^\s]*$/);
const address = z
  .string()
  .max(320)
  .regex(/^[^@\s,]+@[^@\s,]+$/);

const email = z
  .object({
    to: z.array(address).min(1).max(16).meta({description: "Who is told."}),
    from: address.meta({description: "Who sends."}),
    smarthost: z
      .string()
      .max(260)
      .regex(new RegExp(`^${URL_HOST}:${PORT}$`))
      .meta({description: "The SMTP server, as host:port; an IPv6 address in brackets."}),
    username: z.string().max(256).optional().meta({description: "For SMTP AUTH; unset: none."}),
    passwordSecretRef: secretKey("the password of username", "password").optional(),
    requireTLS: z.boolean().optional().meta({description: "Whether the server must offer STARTTLS; default true."}),
  })
  .meta({description: "E-mail.", ...cel(both("username", "passwordSecretRef"))});

function both(one: string, other: string) {
  return {
    rule: `has(self.${one}) == has(self.${other})`,
    message: `${one} and ${other} belong together: set both or neither`,
  };
}

const slack = z
  .object({
    urlSecretRef: secretKey("the URL of the incoming webhook", "url"),
    channel: z.string().max(80).optional().meta({description: "Default: the webhook's own."}),
  })
  .meta({description: "Slack."});

const teams = z
  .object({urlSecretRef: secretKey("the URL of the workflow", "url")})
  .meta({description: "Microsoft Teams, by a workflow that takes Adaptive Cards."});

const sms = z
  .object({
    url: httpUrl.meta({
      description:
        "Where the gateway takes messages, as Twilio does: https://api.twilio.com/2010-04-01/Accounts/<sid>/Messages.json",
    }),
    secret: objectName().meta({
      description: "Name of a Secret with the keys username and password (Twilio: account SID and auth token).",
    }),
    from: z.string().min(1).max(64).meta({description: "Sender: a number, or what the gateway allows."}),
    to: z
      .array(
        z
          .string()
          .max(16)
          .regex(/^\+[1-9]\d{5,14}$/),
      )
      .min(1)
      .max(16)
      .meta({description: "Numbers, as +491701234567."}),
  })
  .meta({description: "SMS, by an HTTP gateway that speaks as Twilio does."});

const webhook = z
  .object({
    urlSecretRef: secretKey("the URL", "url"),
    signingSecretRef: secretKey("a Standard Webhooks secret, whsec_…", "secret").optional(),
  })
  .meta({description: "Any URL. Each alert is one POST, signed as Standard Webhooks says if there is a secret."});

const KINDS = {email, slack, teams, sms, webhook};

export const receiver = z
  .object({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
      .meta({description: "Unique among the receivers."}),
    severities: z
      .array(z.enum(SEVERITIES))
      .min(1)
      .max(2)
      .optional()
      .meta({description: "Which alerts it gets; default both."}),
    sendResolved: z.boolean().optional().meta({description: "Whether it hears of the end as well; default true."}),
    retry: z.boolean().optional().meta({
      description:
        "Whether the pipeline's alert receiver sends to it, and tries again for a day when it is away or answers 429, in place of Alertmanager, which may lose a message then; default false. SMS and webhooks are always sent so.",
    }),
    ...(Object.fromEntries(Object.entries(KINDS).map(([name, schema]) => [name, schema.optional()])) as {
      [K in keyof typeof KINDS]: z.ZodOptional<(typeof KINDS)[K]>;
    }),
  })
  .meta(
    cel({
      rule: `[${Object.keys(KINDS)
        .map((kind) => `has(self.${kind})`)
        .join(", ")}].filter(set, set).size() == 1`,
      message: `a receiver is exactly one of ${Object.keys(KINDS).join(", ")}; make a second receiver for the other`,
    }),
  );

export type Receiver = z.output<typeof receiver>;
/** Whether the alert receiver sends to it, which keeps a message until it has arrived; to all others Alertmanager does. */
export const isForwarded = ({sms, webhook, retry}: Receiver): boolean => Boolean(sms || webhook || retry);
export type Severity = (typeof SEVERITIES)[number];
export type SecretKey = {name: string; key?: string | undefined};
