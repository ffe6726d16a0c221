import type {Endpoint} from "../../../api/status.ts";
import type {BuildContext} from "../../context.ts";

export const consoleName = (context: BuildContext) => `${context.name}-console`;

/** The endpoint of browsers: by an ingress or a port forward to the Service. The password is the token of the login page. */
export const consoleEndpoint = (context: BuildContext): Endpoint => ({
  name: "console",
  protocol: "http",
  address: `${consoleName(context)}.${context.namespace}.svc.cluster.local`,
  port: 8080,
  tls: false,
  secret: consoleName(context),
  secretKeys: ["password"],
});
