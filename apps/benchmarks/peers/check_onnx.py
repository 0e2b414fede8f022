"""Checks exported models with onnx and runs them with Python's ONNX Runtime: check_onnx.py '{"directory": ...}'

The directory holds manifest.json, the models, and for each batch size a safetensors file of inputs and expected outputs.
"""

import json
import pathlib

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

from speed_report import report, settings


def check(directory, entry):
    path = directory / entry["model"]
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path), load_external_data=False)
    domains = sorted({node.domain or "ai.onnx" for node in model.graph.node})
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    differences = {}
    for case in entry["cases"]:
        tensors = load_file(str(directory / case["file"]))
        feeds = {name.removeprefix("input/"): value for name, value in tensors.items() if name.startswith("input/")}
        expected = {name.removeprefix("output/"): value for name, value in tensors.items() if name.startswith("output/")}
        if sorted(names) != sorted(expected):
            raise SystemExit(f"{path}: expected outputs {sorted(expected)}, got {sorted(names)}")
        worst = 0.0
        for name, found in zip(names, session.run(names, feeds)):
            if found.shape != expected[name].shape:
                raise SystemExit(f"{path}: expected {name} of shape {expected[name].shape}, got {found.shape}")
            difference = float(numpy.abs(found - expected[name]).max() / numpy.abs(expected[name]).max())
            if not numpy.isfinite(difference):
                raise SystemExit(f"{path}: expected finite {name}, not all 0, got a difference of {difference}")
            worst = max(worst, difference)
        differences[case["batch"]] = worst
    opsets = {opset.domain or "ai.onnx": opset.version for opset in model.opset_import}
    return {
        "name": entry["name"],
        "nodes": len(model.graph.node),
        "domains": domains,
        "opsets": opsets,
        "differences": differences,
    }


def main():
    directory = pathlib.Path(settings()["directory"])
    manifest = json.loads((directory / "manifest.json").read_text())
    report(models=[check(directory, entry) for entry in manifest])


if __name__ == "__main__":
    main()
