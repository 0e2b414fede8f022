"""Writes haiku-*.pystate and haiku-*.json into the testdata of the packages that load them: python make-haiku-models.py (jax 0.10.2, dm-haiku
0.0.17, numpy 2.4).

Small models of the kinds that DeepMind released, built of Haiku's own modules so that Haiku itself gives the parameters their names, and what
JAX computes with them. The order in which modules are made, their names, and what no paper tells (padding, residuals, GELU, where points lie) are
those of DeepMind's code (google-deepmind/deepmind-research, perceiver/: the notebooks and io_processors.py at 712d4bb, perceiver.py at 198cf84).
"""

import json
import pickle
from pathlib import Path

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

PACKAGES = Path(__file__).resolve().parents[3]
LATENTS, CHANNELS = 6, 16
# What all have in common, as Hugging Face's config.json says it.
CONFIG = {
    "model_type": "perceiver",
    "num_latents": LATENTS,
    "d_latents": CHANNELS,
    "num_self_attends_per_block": 2,
    "num_self_attention_heads": 4,
    "num_cross_attention_heads": 1,
}


class TrainablePositionEncoding(hk.Module):
    def __init__(self, count, channels, name=None):
        super().__init__(name=name)
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


def fourier_features(at, bands, resolution):
    """Of points [N, axes] between -1 and 1: the points, sines of all axes, cosines."""
    frequencies = jnp.stack([jnp.linspace(1, size / 2, bands) for size in resolution])
    angles = (np.pi * at[:, :, None] * frequencies).reshape(len(at), -1)
    return jnp.concatenate([at, jnp.sin(angles), jnp.cos(angles)], -1)


def grid_features(sizes, bands, resolution):
    axes = jnp.meshgrid(*(jnp.linspace(-1, 1, size) for size in sizes), indexing="ij")
    return fourier_features(jnp.stack(axes, -1).reshape(-1, len(sizes)), bands, resolution)


def point_features(points, sizes, bands, resolution):
    at = jnp.stack(jnp.unravel_index(points, sizes), 1)
    return fourier_features(-1 + 2 * at / jnp.array(sizes), bands, resolution)


def beside(x, features):
    """Rows of x, [B, ..., C], with the same features beside them in every example."""
    rows = x.reshape(len(x), len(features), -1)
    return jnp.concatenate([rows, jnp.tile(features[None], (len(x), 1, 1))], -1)


def layer_norm(x):
    return hk.LayerNorm(-1, create_scale=True, create_offset=True)(x)


class Attention(hk.Module):
    def __init__(self, heads, width, output):
        super().__init__()
        self.heads, self.width, self.output = heads, width, output

    def __call__(self, queries, keys):
        mapped = [hk.Linear(self.width)(x) for x in (queries, keys, keys)]
        query, key, value = (x.reshape(*x.shape[:2], self.heads, -1) for x in mapped)
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
    def __init__(self, blocks, name="perceiver_encoder"):
        super().__init__(name=name)
        self.blocks = blocks
        self.latents = TrainablePositionEncoding(LATENTS, CHANNELS)
        self.cross_attend = CrossAttention(residual=True)
        self.block = [SelfAttention(), SelfAttention()]

    def __call__(self, inputs):
        latents = self.cross_attend(self.latents(len(inputs)), inputs)
        for self_attend in self.blocks * self.block:
            latents = self_attend(latents)
        return latents


class BasicDecoder(hk.Module):
    def __init__(self, output, residual=False, query_channels=None):
        super().__init__()
        self.output, self.residual = output, residual
        if query_channels is not None:
            self.query = TrainablePositionEncoding(1, query_channels)

    def __call__(self, queries, latents):
        attended = CrossAttention(self.residual)(queries, latents)
        return hk.Linear(self.output, name="output")(attended)


class ClassificationDecoder(hk.Module):
    def __init__(self, labels, query_channels, residual=False):
        super().__init__()
        self.decoder = BasicDecoder(labels, residual, query_channels)

    def __call__(self, latents):
        return self.decoder(self.decoder.query(len(latents)), latents)[:, 0]


class Conv2DDownsample(hk.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = hk.Conv2D(channels, 7, stride=2, with_bias=False, padding="SAME", name="conv")
        self.norm = hk.BatchNorm(True, True, 0.9, eps=1e-5, name="batchnorm")

    def __call__(self, x, is_training):
        x = jax.nn.relu(self.norm(self.conv(x), is_training))
        return hk.max_pool(x, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")


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


def thousandths(*shape):
    """Numbers from -1 to 1 that a test can make as well."""
    return (np.arange(np.prod(shape)) * 7919 % 2001 / 1000 - 1).astype("float32").reshape(shape)


def write(package, name, content, mode="w"):
    folder = PACKAGES / package / "src" / "testdata"
    folder.mkdir(exist_ok=True)
    with open(folder / name, mode) as file:
        if mode == "wb":
            pickle.dump(content, file, protocol=3)
        else:
            json.dump(content, file)
            file.write("\n")


def numbers(x):
    return np.asarray(x).tolist()


def make_classifiers(rng):
    side, labels, bands, features = 20, 5, 4, 8

    class ImagePreprocessor(hk.Module):
        def __init__(self, kind):
            super().__init__()
            self.kind = kind
            if kind == "conv":
                self.convnet = Conv2DDownsample(features)
            if kind == "learned":
                self.convnet_1x1 = hk.Conv2D(features, 1)

        def _build_network_inputs(self, x):
            _, rows, columns, _ = x.shape
            if self.kind != "learned":
                return beside(x, grid_features((rows, columns), bands, (rows, columns)))
            positions = PositionEncodingProjector(TrainablePositionEncoding(rows * columns, features), features)
            return beside(x, positions(1)[0])

        def __call__(self, x, is_training):
            if self.kind == "conv":
                x = self.convnet(x, is_training)
            if self.kind == "learned":
                x = self.convnet_1x1(x)
            return self._build_network_inputs(x)

    def classifier(kind):
        def run(pixels, is_training=False):
            preprocess = ImagePreprocessor(kind)
            encode = PerceiverEncoder(blocks=2)
            decode = ClassificationDecoder(labels, CHANNELS, residual=kind != "learned")
            return decode(encode(preprocess(pixels, is_training)))

        return hk.transform_with_state(run)

    own = {
        "fourier": {
            "architectures": ["PerceiverForImageClassificationFourier"],
            "d_model": 3 + 2 + 4 * bands,
            "num_bands": bands,
            "max_resolution": [side, side],
            "input_size": [side, side],
        },
        "learned": {
            "architectures": ["PerceiverForImageClassificationLearned"],
            "d_model": 2 * features,
            "image_size": side,
            "conv_out_channels": features,
            "project_pos_dim": features,
        },
        "conv": {
            "architectures": ["PerceiverForImageClassificationConvProcessing"],
            "d_model": features + 2 + 4 * bands,
            "num_bands": bands,
            "max_resolution": [side // 4, side // 4],
            "input_size": [side, side],
            "conv_out_channels": features,
        },
    }
    pixels = thousandths(2, side, side, 3)
    cases = {}
    for kind, config in own.items():
        model = classifier(kind)
        params, state = (random_like(tree, rng) for tree in model.init(jax.random.PRNGKey(0), pixels, True))
        logits, _ = model.apply(params, state, None, pixels)
        write("perceiver-image-classification", f"haiku-{kind}.pystate", {"params": params, "state": state}, "wb")
        cases[kind] = {"config": {**CONFIG, **config, "num_blocks": 2, "num_labels": labels}, "logits": numbers(logits)}
    write("perceiver-image-classification", "haiku-classifiers.json", {"shape": pixels.shape, "cases": cases})


def make_optical_flow(rng):
    rows, columns, bands, features = 8, 10, 3, 5

    class ImagePreprocessor(hk.Module):
        def __call__(self, frames):
            padded = jnp.pad(frames, [(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)])
            around = [padded[:, :, y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
            both = jnp.moveaxis(jnp.concatenate(around, -1), 1, 3).reshape(len(frames), rows, columns, -1)
            x = hk.Linear(features, name="patches_linear")(both)
            return beside(x, grid_features((rows, columns), bands, (rows, columns)))

    class FlowDecoder(hk.Module):
        def __init__(self):
            super().__init__()
            self.decoder = BasicDecoder(2)

        def __call__(self, queries, latents):
            return self.decoder(queries, latents).reshape(-1, rows, columns, 2) / 100

    @hk.transform
    def model(frames):
        preprocess, encode, decode = ImagePreprocessor(), PerceiverEncoder(blocks=1), FlowDecoder()
        inputs = preprocess(frames)
        return decode(inputs, encode(inputs))

    frames = thousandths(1, 2, rows, columns, 3)
    params = random_like(model.init(jax.random.PRNGKey(0), frames), rng)
    config = {
        **CONFIG,
        "architectures": ["PerceiverForOpticalFlow"],
        "num_blocks": 1,
        "d_model": features + 2 + 4 * bands,
        "train_size": [rows, columns],
        "flow_num_bands": bands,
        "flow_patch_features": features,
    }
    write("perceiver-optical-flow", "haiku-flow.pystate", params, "wb")
    flow = numbers(model.apply(params, None, frames))
    write("perceiver-optical-flow", "haiku-flow.json", {"shape": frames.shape, "config": config, "flow": flow})


def make_multimodal(rng):
    times, side, samples, patch, labels = 2, 8, 64, 16, 7
    audio_bands, image_bands, label_channels, output = 5, 3, 12, 9
    grid = (times, side // 4, side // 4)

    def padded(x, width, name):
        padding = TrainablePositionEncoding(1, width - x.shape[-1], name=f"{name}_padding")(len(x))
        return jnp.concatenate([x, jnp.tile(padding, (1, x.shape[1], 1))], -1)

    class MultimodalPreprocessor(hk.Module):
        def __call__(self, image, audio, label):
            cut = image.reshape(len(image), times, grid[1], 4, grid[2], 4, 3)
            patches = jnp.moveaxis(cut, 3, 4).reshape(len(image), *grid, -1)
            pieces = audio.reshape(len(audio), -1, patch)
            inputs = {
                "audio": beside(pieces, grid_features((samples // patch,), audio_bands, (samples,))),
                "image": beside(patches, grid_features(grid, image_bands, grid)),
                "label": label[:, None],
            }
            width = max(x.shape[-1] for x in inputs.values()) + 4
            rows = []
            for name, x in inputs.items():
                x = padded(x, width, name)
                masked = TrainablePositionEncoding(1, width, name=f"{name}_mask_token")(len(x))
                rows.append(masked if name == "label" else x)
            return jnp.concatenate(rows, 1)

    class MultimodalDecoder(hk.Module):
        def __init__(self, label_query):
            super().__init__()
            self.decoder = BasicDecoder(output)
            self.label_query = label_query

        def decoder_query(self, pixels, pieces):
            queries = {
                "audio": point_features(pieces, (samples // patch,), audio_bands, (samples,))[None],
                "image": point_features(pixels, (times, side, side), image_bands, grid)[None],
                "label": self.label_query(1),
            }
            width = max(x.shape[-1] for x in queries.values()) + 2
            return jnp.concatenate([padded(x, width, name) for name, x in queries.items()], 1)

    class AudioPostprocessor(hk.Module):
        def __call__(self, x):
            return hk.Linear(patch)(x).reshape(len(x), -1)

    class ProjectionPostprocessor(hk.Module):
        def __call__(self, x):
            return hk.Linear(3)(x)

    class ClassificationPostprocessor(hk.Module):
        def __call__(self, x):
            return hk.Linear(labels)(x)[:, 0]

    @hk.transform
    def model(image, audio, pixels, pieces):
        preprocess = MultimodalPreprocessor()
        encode = PerceiverEncoder(blocks=1, name="encoder")
        decode = MultimodalDecoder(ClassificationDecoder(labels, label_channels).decoder.query)
        latents = encode(preprocess(image, audio, jnp.zeros((len(image), labels))))
        decoded = decode.decoder(decode.decoder_query(pixels, pieces), latents)
        sound, picture = decoded[:, : len(pieces)], decoded[:, len(pieces) : -1]
        return {
            "audio": AudioPostprocessor()(sound),
            "image": ProjectionPostprocessor()(picture),
            "label": ClassificationPostprocessor()(decoded[:, -1:]),
        }

    image, audio = thousandths(1, times, side, side, 3), thousandths(1, samples, 1)
    # Each pixel's and each piece of sound's place, and what is decoded of them.
    pixels, pieces = np.array([0, 5, 63, 100, 127]), np.array([0, 2, 3])
    params = random_like(model.init(jax.random.PRNGKey(0), image, audio, pixels, pieces), rng)
    outputs = model.apply(params, None, image, audio, pixels, pieces)
    config = {
        **CONFIG,
        "architectures": ["PerceiverForMultimodalAutoencoding"],
        "num_blocks": 1,
        "num_labels": labels,
        "num_frames": times,
        "image_size": side // 4,
        "output_shape": [1, times, side, side],
        "audio_samples_per_frame": samples // times,
        "samples_per_patch": patch,
        "output_num_channels": output,
        "_label_trainable_num_channels": label_channels,
        "audio_num_bands": audio_bands,
        "image_num_bands": image_bands,
        "d_model": params["multimodal_preprocessor/label_mask_token"]["pos_embs"].shape[-1],
    }
    write("perceiver-multimodal-autoencoding", "haiku-multimodal.pystate", params, "wb")
    points = {"image": pixels.tolist(), "audio": pieces.tolist()}
    expected = {name: numbers(x) for name, x in outputs.items()}
    write("perceiver-multimodal-autoencoding", "haiku-multimodal.json", {"config": config, "points": points, "outputs": expected})


jax.config.update("jax_default_matmul_precision", "highest")
generator = np.random.default_rng(0)
make_classifiers(generator)
make_optical_flow(generator)
make_multimodal(generator)
