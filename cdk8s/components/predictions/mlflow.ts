import type {Client} from "../../component.ts";
import {type BuildContext, env} from "../../context.ts";
import {portOf, type Rule} from "../../network.ts";
import {webLogin} from "../../web-login.ts";

const CA_FOLDER = "/etc/mlflow-ca";

/** How a program tells the user's MLflow of the models, by the variables of MLflow's own clients. */
export function mlflowClient(context: BuildContext): Client & {reaches: Rule[]} {
  const {name, namespace, spec} = context;
  const {mlflow} = spec.predictions;
  if (!mlflow) return {env: [], files: [], reaches: []};
  const {url, secret, caSecret, experiment = `${namespace}/${name}`} = mlflow;
  return {
    env: [
      ...env({MLFLOW_TRACKING_URI: url, MLFLOW_EXPERIMENT_NAME: experiment}),
      ...webLogin(context, "MLFLOW_TRACKING", secret),
      ...env(caSecret ? {MLFLOW_TRACKING_SERVER_CERT_PATH: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
    reaches: [{ports: [portOf(url)]}],
  };
}
