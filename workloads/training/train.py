"""Trains a model with the features and labels that workloads/predictions/training/extract.ts wrote into the folder WORK.

Reads meta.json, features.f32, labels.u8 and test.u8; rows of test vehicles are never trained on. Writes model.onnx, scores.f32 (what the library
itself says of each row, for the comparison with ONNX) and, last of all, training.json.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy
import xgboost
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

TREES = 150
PARAMETERS = {
    "objective": "binary:logistic",
    "max_depth": 6,
    "eta": 0.08,
    "tree_method": "hist",
    "seed": 1,
    "nthread": 2,
}
OPSET = 15
LIBRARIES = ["numpy", "onnx", "onnxmltools", "xgboost-cpu"]


def main(work: Path) -> None:
    if (work / "result.json").exists():
        print((work / "result.json").read_text())
        return
    names = json.loads((work / "meta.json").read_text())["features"]
    features = numpy.memmap(work / "features.f32", numpy.float32, "r").reshape(-1, len(names))
    labels = numpy.fromfile(work / "labels.u8", numpy.uint8)
    train = numpy.fromfile(work / "test.u8", numpy.uint8) == 0
    began = time.monotonic()
    # The share of positives is where the trees begin (base_score), which XGBoost finds by itself.
    data = xgboost.QuantileDMatrix(features[train], labels[train])
    booster = xgboost.train(PARAMETERS, data, TREES)
    seconds = time.monotonic() - began
    inputs = [("features", FloatTensorType([None, len(names)]))]
    # Without a name of its own it would get a random one: the same model would be other bytes.
    model = convert_xgboost(booster, name="model", initial_types=inputs, target_opset=OPSET)
    (work / "model.onnx").write_bytes(model.SerializeToString())
    booster.inplace_predict(features).astype(numpy.float32).tofile(work / "scores.f32")
    training = {
        "seconds": round(seconds, 3),
        "libraries": {name: version(name) for name in LIBRARIES} | {"python": sys.version.split()[0]},
        "parameters": PARAMETERS | {"trees": TREES},
    }
    (work / "training.json").write_text(json.dumps(training))
    print(json.dumps(training))


main(Path(os.environ["WORK"]))
