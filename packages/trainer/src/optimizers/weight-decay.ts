// Which weights decay: all but biases and LayerNorms (Google's BERT, transformers' get_decay_parameter_names).

/** Whether weight decay applies to a parameter, by its Hugging Face name. */
export function decays(name: string): boolean {
  return !/(?:^|[._])(?:bias|beta)$|LayerNorm|layer_norm/u.test(name);
}
