import {z} from "zod";
import {caSecret, secret, webUrl} from "../endpoints.ts";
import {cel} from "../fields.ts";

/** A tracking server of the user's, which has every version of the models as well. */
export const mlflow = z
  .object({
    url: webUrl(
      "URL of the tracking server, for example https://mlflow.example.com or http://mlflow.ml:5000.",
      "spec.predictions.mlflow.url is not a URL of http or https with a host, an optional port and a path, such as https://mlflow.example.com; a login belongs into the Secret of spec.predictions.mlflow.secret",
    ),
    secret: secret("username and password, or token").optional(),
    caSecret: caSecret.optional(),
    experiment: z
      .string()
      .min(1)
      .max(250)
      .optional()
      .meta({
        description:
          "Name of the experiment that has the runs, created if it is missing. Default: the pipeline's namespace and name, as in fleets/cold.",
        ...cel({
          rule: String.raw`self.matches(r'^\S(.*\S)?$')`,
          message:
            "spec.predictions.mlflow.experiment must be a line of text that neither begins nor ends with a blank",
        }),
      }),
  })
  .meta({
    description:
      "Existing MLflow tracking server, from 2.3 on, which gets a run and a registered version for each version of a model; the alias production names the one that predicts. Table `model` of TimescaleDB stays the truth. Default: none.",
  });
