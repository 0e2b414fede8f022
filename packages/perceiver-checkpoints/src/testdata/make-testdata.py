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

# Pickles of NumPy arrays, as JAX's models are saved (numpy 2.4).
import sys
import types

import numpy as np
from safetensors.numpy import save_file as save_arrays

numbers = np.random.default_rng(0)
arrays = {
    "linear": {"w": numbers.standard_normal((3, 2), dtype=np.float32), "b": np.zeros(2, np.float32)},
    "bytes": {
        "all": np.arange(256, dtype=np.uint8),
        "long": numbers.standard_normal(600, dtype=np.float32),
        "fortran": np.asfortranarray(numbers.standard_normal((2, 3, 4))),
    },
    "types": {
        "f2": np.array([1.5, -2], np.float16),
        "i8": np.array([2**62, -1]),
        "i4": np.array(7, np.int32),
        "bool": np.array([True, False]),
        "none": np.zeros((0, 3), np.float32),
    },
}
flat = {f"{module}/{name}": array for module, inner in arrays.items() for name, array in inner.items()}
save_arrays({name: np.ascontiguousarray(array).reshape(array.shape) for name, array in flat.items()}, "arrays.safetensors")
for protocol in range(2, 6):
    with open(f"arrays-{protocol}.pkl", "wb") as file:
        pickle.dump(arrays, file, protocol=protocol)


class FlatMapping:
    """Stands for Haiku's class of this name, which its pickles hold."""

    def __init__(self, mapping):
        self.mapping = mapping

    def __reduce__(self):
        return FlatMapping, (self.mapping,)


FlatMapping.__module__ = "haiku._src.data_structures"
for name in ("haiku", "haiku._src", "haiku._src.data_structures"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["haiku._src.data_structures"].FlatMapping = FlatMapping
mapped = FlatMapping({module: FlatMapping(inner) for module, inner in arrays.items()})
with open("haiku-3.pkl", "wb") as file:
    # As NumPy 1 named its module.
    file.write(pickle.dumps((mapped, {"state": {"counter": arrays["types"]["i4"]}}), protocol=3).replace(b"numpy._core", b"numpy.core"))

for name, value in {
    "hostile-numpy.pkl": {"w": arrays["linear"]["w"], "x": RunsACommand()},
    "objects.pkl": {"w": np.array([{}, RunsACommand()], dtype=object)},
    "big-endian.pkl": {"w": np.array([1, 2], ">f4")},
    "scalar.pkl": {"w": np.float32(1)},
}.items():
    with open(name, "wb") as file:
        pickle.dump(value, file, protocol=4)


# A Lightning checkpoint of the `perceiver-io` package, whose configuration classes are in its hyper-parameters.
import dataclasses


@dataclasses.dataclass
class EncoderConfig:
    num_cross_attention_heads: int = 2
    image_shape: tuple = (4, 4, 1)


@dataclasses.dataclass
class DecoderConfig:
    num_classes: int = 3
    freeze: bool = False


module = types.ModuleType("perceiver.model.vision.image_classifier.backend")
for name in ("perceiver", "perceiver.model", "perceiver.model.vision", "perceiver.model.vision.image_classifier"):
    sys.modules[name] = types.ModuleType(name)
sys.modules[module.__name__] = module
for kind in (EncoderConfig, DecoderConfig):
    kind.__module__ = module.__name__
    setattr(module, kind.__name__, kind)
module.ImageEncoderConfig = EncoderConfig
EncoderConfig.__name__ = EncoderConfig.__qualname__ = "ImageEncoderConfig"
query = torch.randn(2, 4)
torch.save(
    {
        "state_dict": OrderedDict(
            {
                "model.0.latent_provider._query": query,
                "model.0.cross_attn_1.0.module.q_norm.weight": query[0].clone(),
                "model.0.self_attn_1.3.1.module.3.bias": query[1].clone(),
                "model.1.cross_attn.0.attention.o_proj.bias": query[0].clone(),
            }
        ),
        "hyper_parameters": {
            "encoder": EncoderConfig(),
            "decoder": DecoderConfig(),
            "num_latents": 2,
            "num_latent_channels": 4,
            "params": None,
        },
    },
    "perceiver-io.ckpt",
)
