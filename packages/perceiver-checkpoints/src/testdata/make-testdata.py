"""Writes the PyTorch files of this folder. Run here: python make-testdata.py (torch 2.9.1, safetensors 0.8.0)."""

import argparse
import os
import pickle
import zipfile
from collections import OrderedDict

import torch
from safetensors.torch import save_file

torch.manual_seed(0)


def save_expected(path, tensors):
    save_file({name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}, path)


base = torch.randn(4, 6)
tensors = {
    "f32": torch.randn(2, 3),
    "f64": torch.randn(3, dtype=torch.float64),
    "f16": torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, float("inf"), float("nan")]).half(),
    "bf16": torch.tensor([1.0, -3.140625, 1e38, float("-inf"), 1e-40]).bfloat16(),
    "i64": torch.tensor([2**62, -1, 0]),
    "i32": torch.tensor([-(2**31), 7], dtype=torch.int32),
    "i16": torch.tensor([-(2**15), 7], dtype=torch.int16),
    "i8": torch.tensor([-128, 127], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "u16": torch.tensor([0, 65535], dtype=torch.uint16),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(3.5),
    "empty": torch.zeros(0, 5),
    "base": base,
    "transposed": base.t(),
    "columns": base[:, 1:4],
    "row": base[2],
    "steps": base[::2, ::3],
    "expanded": torch.tensor([1.0, 2.0]).unsqueeze(1).expand(2, 3),
    "expanded_f16": torch.tensor([1.0, 2.0]).half().unsqueeze(1).expand(2, 3),
    "parameter": torch.nn.Parameter(torch.randn(3)),
}
torch.save(tensors, "tensors.pt")
save_expected("tensors.safetensors", tensors)

module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
torch.save(module.state_dict(), "state-dict.bin")
save_expected("state-dict.safetensors", module.state_dict())

optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3)
module(torch.randn(5, 3)).square().sum().backward()
optimizer.step()
lightning = {
    "epoch": 3,
    "global_step": 12345678901,
    "pytorch-lightning_version": "2.5.0",
    "state_dict": OrderedDict((f"model.{name}", tensor) for name, tensor in module.state_dict().items()),
    "optimizer_states": [optimizer.state_dict()],
    "hyper_parameters": {"num_latents": 8, "dropout": 0.1, "name": "Perceiver é", "shape": (2, 3), "none": None, "on": True},
    "size": torch.Size([2, 3]),
    "dtype": torch.float32,
    "set": {1, 2},
    "big": 2**70,
}
torch.save(lightning, "lightning.ckpt")
save_expected("lightning.safetensors", lightning["state_dict"])

torch.save({"state_dict": {"w": torch.ones(2)}, "hparams": argparse.Namespace(lr=0.1)}, "namespace.ckpt")
torch.save(tensors, "legacy.pt", _use_new_zipfile_serialization=False)


class RunsACommand:
    """What a hostile checkpoint looks like: unpickling it by Python would run a command."""

    def __reduce__(self):
        return os.system, ("touch /tmp/pwned-by-a-checkpoint",)


with zipfile.ZipFile("hostile.pt", "w") as archive:
    archive.writestr("archive/data.pkl", pickle.dumps({"w": RunsACommand()}, protocol=2))
with zipfile.ZipFile("compressed.pt", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("archive/data.pkl", pickle.dumps({"a": [0] * 1000}, protocol=2))

plain = {"list": [1, -1, 300, 70000, 2**40, -(2**100)], "tuple": (), "text": "é☃", "none": None, "real": 1e-300, "bytes": b"\x00\xff"}
for protocol in range(6):
    with open(f"plain-{protocol}.pkl", "wb") as file:
        pickle.dump(plain, file, protocol=protocol)
