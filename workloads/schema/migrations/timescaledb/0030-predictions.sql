-- Models with what was measured of each (card), and the ONNX that is served: a version is whole or not there. One version of a name predicts.
CREATE TABLE IF NOT EXISTS model (
  name text NOT NULL, version integer NOT NULL, made_at timestamptz NOT NULL DEFAULT now(),
  stage text NOT NULL, onnx bytea NOT NULL, sha256 text NOT NULL, card jsonb NOT NULL,
  PRIMARY KEY (name, version));
CREATE UNIQUE INDEX IF NOT EXISTS model_in_production ON model (name) WHERE stage = 'production';
-- What was predicted, by which version (0: the rule), and what happened within the horizon: null until that is known.
CREATE TABLE IF NOT EXISTS prediction (
  vehicle_id text NOT NULL, ts timestamptz NOT NULL, model text NOT NULL, version integer NOT NULL,
  horizon interval NOT NULL, score float8 NOT NULL, label text NOT NULL, actual text,
  PRIMARY KEY (vehicle_id, ts, model));
SELECT create_hypertable('prediction', by_range('ts'), if_not_exists => true);
CREATE INDEX IF NOT EXISTS prediction_open ON prediction (model, ts) WHERE actual IS NULL;
