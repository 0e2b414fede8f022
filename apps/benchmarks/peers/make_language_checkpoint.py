"""Writes a masked language model of released size with random weights: make_language_checkpoint.py '{"directory": ...}'"""

import os
import shutil

import torch
from transformers import PerceiverConfig, PerceiverForMaskedLM

from speed_report import report, settings

PARAMETERS = 201_108_230


def main():
    directory = settings()["directory"]
    partial = f"{directory}.{os.getpid()}"
    torch.manual_seed(0)
    model = PerceiverForMaskedLM(PerceiverConfig(qk_channels=256, v_channels=1280))
    count = sum(parameter.numel() for parameter in model.parameters())
    if count != PARAMETERS:
        raise SystemExit(f"expected a model of {PARAMETERS:,} parameters, got {count:,}")
    model.save_pretrained(partial)
    # Renamed when whole, so that an interrupted run leaves nothing that looks like a model.
    shutil.rmtree(directory, ignore_errors=True)
    os.rename(partial, directory)
    report(parameters=count)


if __name__ == "__main__":
    main()
