import {z} from "zod";
import {PORT, URL_HOST} from "../addresses.ts";
import {cel, dataKey, objectName} from "../fields.ts";

/** A key of a Secret in the pipeline's namespace: nothing secret is ever in the spec. */
const secretKey = (what: string, key: string) =>
  z
    .object({
      name: objectName().meta({description: `Name of the Secret in the pipeline's namespace that contains ${what}.`}),
      key: dataKey()
        .optional()
        .meta({description: `Key in the Secret. Default ${key}.`}),
    })
    .meta({description: `Secret and key that contain ${what}.`});

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
    to: z.array(address).min(1).max(16).meta({description: "Recipients."}),
    from: address.meta({description: "Sender address."}),
    smarthost: z
      .string()
      .max(260)
      .regex(new RegExp(`^${URL_HOST}:${PORT}$`))
      .meta({description: "SMTP server as host:port, an IPv6 address in brackets."}),
    username: z
      .string()
      .max(256)
      .optional()
      .meta({description: "User name for SMTP AUTH. Default: no authentication."}),
    passwordSecretRef: secretKey("the password of username", "password").optional(),
    requireTLS: z.boolean().optional().meta({description: "Whether the server must offer STARTTLS. Default true."}),
  })
  .meta({description: "E-mail.", ...cel(both("username", "passwordSecretRef"))});

function both(a: string, b: string) {
  return {
    rule: `has(self.${a}) == has(self.${b})`,
    message: `${a} and ${b} must be set together: set both or neither`,
  };
}

const slack = z
  .object({
    urlSecretRef: secretKey("the URL of the incoming webhook", "url"),
    channel: z.string().max(80).optional().meta({description: "Channel. Default: the channel of the webhook."}),
  })
  .meta({description: "Slack."});

const teams = z
  .object({urlSecretRef: secretKey("the URL of the workflow", "url")})
  .meta({description: "Microsoft Teams, by a workflow that accepts Adaptive Cards."});

const sms = z
  .object({
    url: httpUrl.meta({
      description: "URL of the gateway, for Twilio https://api.twilio.com/2010-04-01/Accounts/<sid>/Messages.json",
    }),
    secret: objectName().meta({
      description: "Name of a Secret with the keys username and password (Twilio: account SID and auth token).",
    }),
    from: z.string().min(1).max(64).meta({description: "Sender: a number, or another sender that the gateway allows."}),
    to: z
      .array(
        z
          .string()
          .max(16)
          .regex(/^\+[1-9]\d{5,14}$/),
      )
      .min(1)
      .max(16)
      .meta({description: "Phone numbers such as +491701234567."}),
  })
  .meta({description: "SMS by an HTTP gateway with Twilio's API."});

const webhook = z
  .object({
    urlSecretRef: secretKey("the URL", "url"),
    signingSecretRef: secretKey("a Standard Webhooks secret, whsec_…", "secret").optional(),
  })
  .meta({description: "Webhook: one POST for each alert, signed by Standard Webhooks if there is a secret."});

const KINDS = {email, slack, teams, sms, webhook};

export const receiver = z
  .object({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
      .meta({description: "Unique name of the receiver."}),
    severities: z
      .array(z.enum(SEVERITIES))
      .min(1)
      .max(2)
      .optional()
      .meta({description: "Severities that the receiver gets. Default both."}),
    sendResolved: z
      .boolean()
      .optional()
      .meta({description: "Whether to send a message when an alert ends. Default true."}),
    retry: z.boolean().optional().meta({
      description:
        "Whether the pipeline's alert receiver sends the messages and retries for a day if the target is unreachable or answers 429. Alertmanager may lose a message in that case. SMS and webhooks always work this way. Default false.",
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
      message: `a receiver has exactly one of ${Object.keys(KINDS).join(", ")}: add a second receiver for another one`,
    }),
  );

export type Receiver = z.output<typeof receiver>;
/** Whether the alert receiver sends to it, which keeps a message until it has arrived; to all others Alertmanager does. */
export const isForwarded = ({sms, webhook, retry}: Receiver): boolean => Boolean(sms || webhook || retry);
export type Severity = (typeof SEVERITIES)[number];
export type SecretKey = {name: string; key?: string | undefined};
