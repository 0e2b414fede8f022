"""What a user of transformers runs: import, open a model, fill masks, read the answer; the counterpart of cold-start.ts."""

import torch
from transformers import PerceiverForMaskedLM, PerceiverTokenizer

from speed_report import report, settings


def main():
    options = settings()
    torch.set_num_threads(options["threads"])
    tokenizer = PerceiverTokenizer()
    model = PerceiverForMaskedLM.from_pretrained(options["directory"]).eval()
    encoding = tokenizer(options["before"] + "?" * options["masks"], padding="max_length", return_tensors="pt")
    ids = encoding.input_ids
    start = 1 + len(options["before"].encode())
    end = start + options["masks"]
    ids[0, start:end] = tokenizer.mask_token_id
    with torch.inference_mode():
        logits = model(inputs=ids, attention_mask=encoding.attention_mask).logits
    ids[0, start:end] = logits[0, start:end].argmax(dim=-1)
    # transformers leaves out bytes that are not UTF-8; the answers are compared as bytes, replaced alike.
    names = {token_id: name.encode() for name, token_id in tokenizer.get_added_vocab().items()}
    found = b"".join(names.get(i) or bytes([i - 6]) for i in ids[0, 1:end].tolist())
    text = found.decode("utf-8", errors="replace")
    report(check=list(text.encode()), text=text)


if __name__ == "__main__":
    main()
