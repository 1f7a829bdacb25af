"""transformers' BERT with its last layer computed only where the losses read it, as Malmoi's is.

Keys and values of the last layer are those of all positions; queries, attention, feed-forward network and both layer
norms those of the positions read. What is read, and every gradient, is what the whole layer gives. The modules are
transformers' own (modeling_bert.py of 5.17.0), called on fewer rows; only the attention between them is written here.
"""
import torch


class ReadPositions:
    """The positions of a batch that are read, and where each stands when those of every sequence are padded to `most`.

    `masked` are flat positions (row * length + column); `first` adds position 0 of every sequence, for the pooler. A
    position read twice is computed once. Part of the batch, as labels are: made outside of what is timed.
    """

    def __init__(self, masked, batch, length, first=False):
        starts = torch.arange(batch if first else 0) * length
        self.positions, places = torch.unique(torch.cat([masked, starts]), return_inverse=True)
        self.masked, self.first = places.split([len(masked), len(starts)])  # among `positions`
        rows = self.positions // length
        counts = torch.bincount(rows, minlength=batch)
        self.most = int(counts.max())
        columns = torch.arange(len(rows)) - (counts.cumsum(0) - counts)[rows]
        self.slots = rows * self.most + columns  # flat, in [batch, most]


def hidden_states_at(bert, read, input_ids, token_type_ids=None, attention_mask=None):
    """[len(read.positions), hidden]: BertModel's last hidden state where it is read."""
    hidden = bert.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
    mask, _ = bert._create_attention_masks(attention_mask, None, hidden, None, None)
    *layers, last = bert.encoder.layer
    for layer in layers:
        hidden = layer(hidden, mask)
    return _layer_at(last, read, hidden, mask)


def _layer_at(layer, read, hidden, mask):
    """BertLayer.forward of [batch, length, hidden], for the rows read."""
    attention = layer.attention.self
    batch, _, size = hidden.shape

    def split_heads(states):  # [batch, heads, any, size of a head]
        return states.view(batch, -1, attention.num_attention_heads, attention.attention_head_size).transpose(1, 2)

    rows = hidden.flatten(0, 1).index_select(0, read.positions)
    queries = attention.query(rows)
    context = torch.nn.functional.scaled_dot_product_attention(
        split_heads(queries.new_zeros(batch * read.most, size).index_copy(0, read.slots, queries)),
        split_heads(attention.key(hidden)),
        split_heads(attention.value(hidden)),
        attn_mask=None if mask is None else mask[:, :, :1],  # every query of a sequence has the same one
        dropout_p=attention.dropout.p if layer.training else 0.0,
    )
    context = context.transpose(1, 2).reshape(-1, size).index_select(0, read.slots)
    return layer.feed_forward_chunk(layer.attention.output(context, rows))
