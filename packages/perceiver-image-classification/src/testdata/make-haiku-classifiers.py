"""Writes haiku-*.pystate and haiku-classifiers.json: python make-haiku-classifiers.py (jax 0.10.2, dm-haiku 0.0.17, numpy 2.4).

Three small image classifiers, built of Haiku's own modules so that Haiku itself gives the parameters their names, and the logits that JAX
computes. The order in which modules are made, their names and what differs between the three (padding, residual, GELU) are those of DeepMind's
code (google-deepmind/deepmind-research at 712d4bb, perceiver/).
"""

import json
import pickle

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

SIDE = 20
LABELS = 5
LATENTS, CHANNELS = 6, 16
BANDS = 4
FEATURES = 8


class TrainablePositionEncoding(hk.Module):
    def __init__(self, count, channels):
        super().__init__()
        self.shape = [count, channels]

    def __call__(self, batch):
        table = hk.get_parameter("pos_embs", self.shape, init=jnp.zeros)
        return jnp.tile(table[None], (batch, 1, 1))


class PositionEncodingProjector(hk.Module):
    def __init__(self, positions, channels):
        super().__init__()
        self.positions, self.channels = positions, channels

    def __call__(self, batch):
        return hk.Linear(self.channels)(self.positions(batch))


def layer_norm(x):
    return hk.LayerNorm(-1, create_scale=True, create_offset=True)(x)


class Attention(hk.Module):
    def __init__(self, heads, width, output):
        super().__init__()
        self.heads, self.width, self.output = heads, width, output

    def __call__(self, queries, keys):
        per_head = [hk.Linear(self.width)(x) for x in (queries, keys, keys)]
        query, key, value = (x.reshape(*x.shape[:2], self.heads, -1) for x in per_head)
        scores = jnp.einsum("bnhc,bmhc->bhnm", query, key) / np.sqrt(self.width // self.heads)
        mixed = jnp.einsum("bhnm,bmhc->bnhc", jax.nn.softmax(scores), value)
        return hk.Linear(self.output)(mixed.reshape(*mixed.shape[:2], -1))


class MLP(hk.Module):
    def __call__(self, x):
        hidden = hk.Linear(x.shape[-1])(x)
        return hk.Linear(x.shape[-1])(jax.nn.gelu(hidden))


def add_mlp(x):
    mlp = MLP()
    return x + mlp(layer_norm(x))


class SelfAttention(hk.Module):
    def __call__(self, x):
        normed = layer_norm(x)
        return add_mlp(x + Attention(4, x.shape[-1], x.shape[-1])(normed, normed))


class CrossAttention(hk.Module):
    def __init__(self, residual):
        super().__init__()
        self.residual = residual

    def __call__(self, queries, inputs):
        attention = Attention(1, inputs.shape[-1], queries.shape[-1])
        attended = attention(layer_norm(queries), layer_norm(inputs))
        return add_mlp(queries + attended if self.residual else attended)


class PerceiverEncoder(hk.Module):
    def __init__(self):
        super().__init__()
        self.latents = TrainablePositionEncoding(LATENTS, CHANNELS)
        self.cross_attend = CrossAttention(residual=True)
        self.block = [SelfAttention(), SelfAttention()]

    def __call__(self, inputs):
        latents = self.cross_attend(self.latents(len(inputs)), inputs)
        for self_attend in 2 * self.block:
            latents = self_attend(latents)
        return latents


class BasicDecoder(hk.Module):
    def __init__(self, residual):
        super().__init__()
        self.residual = residual
        self.query = TrainablePositionEncoding(1, CHANNELS)

    def __call__(self, latents):
        attended = CrossAttention(self.residual)(self.query(len(latents)), latents)
        return hk.Linear(LABELS, name="output")(attended)


class ClassificationDecoder(hk.Module):
    def __init__(self, residual):
        super().__init__()
        self.decoder = BasicDecoder(residual)

    def __call__(self, latents):
        return self.decoder(latents)[:, 0]


class Conv2DDownsample(hk.Module):
    def __init__(self):
        super().__init__()
        self.conv = hk.Conv2D(FEATURES, 7, stride=2, with_bias=False, padding="SAME", name="conv")
        self.norm = hk.BatchNorm(True, True, 0.9, eps=1e-5, name="batchnorm")

    def __call__(self, x, is_training):
        x = jax.nn.relu(self.norm(self.conv(x), is_training))
        return hk.max_pool(x, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")


def fourier_positions(side, resolution):
    axis = jnp.linspace(-1, 1, side)
    at = jnp.stack(jnp.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    angles = (np.pi * at[:, :, None] * jnp.linspace(1, resolution / 2, BANDS)).reshape(len(at), -1)
    return jnp.concatenate([at, jnp.sin(angles), jnp.cos(angles)], -1)


class ImagePreprocessor(hk.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        if kind == "conv":
            self.convnet = Conv2DDownsample()
        if kind == "learned":
            self.convnet_1x1 = hk.Conv2D(FEATURES, 1)

    def _build_network_inputs(self, x):
        batch, side = x.shape[:2]
        if self.kind == "learned":
            positions = PositionEncodingProjector(TrainablePositionEncoding(side * side, FEATURES), FEATURES)(batch)
        else:
            positions = jnp.tile(fourier_positions(side, side)[None], (batch, 1, 1))
        return jnp.concatenate([x.reshape(batch, side * side, -1), positions], -1)

    def __call__(self, x, is_training):
        if self.kind == "conv":
            x = self.convnet(x, is_training)
        if self.kind == "learned":
            x = self.convnet_1x1(x)
        return self._build_network_inputs(x)


def classifier(kind):
    def run(pixels, is_training=False):
        preprocess = ImagePreprocessor(kind)
        encode = PerceiverEncoder()
        decode = ClassificationDecoder(residual=kind != "learned")
        return decode(encode(preprocess(pixels, is_training)))

    return hk.transform_with_state(run)


def random_like(tree, rng):
    def of(module, name, value):
        noise = rng.standard_normal(np.shape(value)).astype("float32")
        if name == "counter":
            return np.asarray(value)
        if name == "w":
            return noise / np.float32(np.sqrt(np.prod(value.shape[:-1])))
        if name == "scale":
            return 1 + noise / 4
        return 1 + np.abs(noise) / 2 if "var_ema" in module else noise / 2

    return {module: {name: of(module, name, value) for name, value in values.items()} for module, values in tree.items()}


ARCHITECTURES = {
    "fourier": ("PerceiverForImageClassificationFourier", {"num_bands": BANDS, "max_resolution": [SIDE, SIDE], "input_size": [SIDE, SIDE]}),
    "learned": ("PerceiverForImageClassificationLearned", {"image_size": SIDE, "conv_out_channels": FEATURES, "project_pos_dim": FEATURES}),
    "conv": (
        "PerceiverForImageClassificationConvProcessing",
        {"num_bands": BANDS, "max_resolution": [SIDE // 4, SIDE // 4], "input_size": [SIDE, SIDE], "conv_out_channels": FEATURES},
    ),
}
D_MODEL = {"fourier": 3 + 2 + 4 * BANDS, "learned": 2 * FEATURES, "conv": FEATURES + 2 + 4 * BANDS}

jax.config.update("jax_default_matmul_precision", "highest")
rng = np.random.default_rng(0)
# Thousandths, so that the test can make the same pixels.
pixels = (np.arange(2 * SIDE * SIDE * 3) * 7919 % 2001 / 1000 - 1).astype("float32").reshape(2, SIDE, SIDE, 3)
cases = {}
for kind, (architecture, own) in ARCHITECTURES.items():
    model = classifier(kind)
    params, state = (random_like(tree, rng) for tree in model.init(jax.random.PRNGKey(0), pixels, True))
    logits, _ = model.apply(params, state, None, pixels)
    with open(f"haiku-{kind}.pystate", "wb") as file:
        pickle.dump({"params": params, "state": state}, file, protocol=3)
    config = {
        "model_type": "perceiver",
        "architectures": [architecture],
        "num_labels": LABELS,
        "d_model": D_MODEL[kind],
        "num_latents": LATENTS,
        "d_latents": CHANNELS,
        "num_blocks": 2,
        "num_self_attends_per_block": 2,
        "num_self_attention_heads": 4,
        "num_cross_attention_heads": 1,
        **own,
    }
    cases[kind] = {"config": config, "logits": np.asarray(logits).tolist()}
with open("haiku-classifiers.json", "w") as file:
    json.dump({"shape": pixels.shape, "cases": cases}, file)
    file.write("\n")
