"""A clip through transformers' autoencoder: one encode, output points in chunks; the counterpart of multimodal-clip.ts."""

import torch
from transformers import PerceiverForMultimodalAutoencoding

from speed_report import repeat, report, settings


def clip(config):
    """The same numbers as the TypeScript side's: a cheap pattern, video 0 to 1, sound -1 to 1."""
    _, frames, height, width = config.output_shape
    pattern = lambda count: torch.arange(count) * 37 % 101  # noqa: E731
    video = (pattern(frames * height * width * 3) / 100).reshape(1, frames, height, width, 3)
    audio = pattern(config.num_frames * config.audio_samples_per_frame) / 50 - 1
    return {
        "image": video.permute(0, 1, 4, 2, 3).contiguous(),
        "audio": audio.reshape(1, -1, 1),
        "label": torch.zeros(1, config.num_labels),
    }


def decode(model, media, chunks, count):
    """The encoder runs once here; in transformers' own example it runs for each chunk."""
    core, config = model.perceiver, model.config
    features, sizes, without_positions = core.input_preprocessor(media)
    latents = core.encoder(core.embeddings(batch_size=1), inputs=features).last_hidden_state
    _, frames, height, width = config.output_shape
    images = frames * height * width // chunks
    patches = config.num_frames * config.audio_samples_per_frame // config.samples_per_patch // chunks
    parts = []
    for i in range(count):
        points = {
            "image": torch.arange(images * i, images * (i + 1)),
            "audio": torch.arange(patches * i, patches * (i + 1)),
            "label": None,
        }
        query = core.decoder.decoder_query(features, sizes, without_positions, subsampled_points=points)
        decoded = core.decoder(query, z=latents).logits
        parts.append(
            core.output_postprocessor(decoded, modality_sizes={"audio": patches, "image": images, "label": 1})
        )
    return {
        "video": torch.cat([part["image"] for part in parts], 1).flatten(),
        "audio": torch.cat([part["audio"] for part in parts], 1).flatten(),
        "label": parts[0]["label"].flatten(),
    }


def main():
    options = settings()
    torch.set_num_threads(options["threads"])
    model = PerceiverForMultimodalAutoencoding.from_pretrained(options["directory"]).eval()
    media = clip(model.config)
    kept = {}

    def step():
        with torch.inference_mode():
            kept.update(decode(model, media, options["chunks"], options["decoded"]))

    seconds = repeat(step, options["warmup"], options["repeats"])
    samples = [kept["video"][::40009], kept["audio"][::307], kept["label"][::11]]
    report(seconds=seconds, check=torch.cat(samples).tolist())


if __name__ == "__main__":
    main()
