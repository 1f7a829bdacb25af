"""The models and the batch of bert-models.mjs, for the peers in Python."""
import torch
from transformers import BertConfig


def bert_config(sizes):
    """transformers' configuration from the sizes of bert-models.mjs."""
    return BertConfig(
        vocab_size=sizes["vocabSize"],
        hidden_size=sizes["hiddenSize"],
        num_hidden_layers=sizes["numHiddenLayers"],
        num_attention_heads=sizes["numAttentionHeads"],
        intermediate_size=sizes["intermediateSize"],
        max_position_embeddings=sizes["maxPositionEmbeddings"],
    )


def bert_batch(vocab_size, batch, length):
    """input_ids, token_type_ids, next_sentence_label, and the flat positions to predict."""
    index = torch.arange(batch * length)
    mix = lambda i: (i * 2654435761) & 0xFFFFFFFF  # noqa: E731
    input_ids = (5 + mix(index + 1) % (vocab_size - 5)).reshape(batch, length)
    positions = index[mix(index + 7) % 20 < 3]
    token_type_ids = (index % length >= length / 2).long().reshape(batch, length)
    return input_ids, token_type_ids, torch.arange(batch) % 2, positions
