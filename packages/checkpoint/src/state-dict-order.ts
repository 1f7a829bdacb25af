// The order of PyTorch's `state_dict()`: a module's own parameters before those of its children. It decides
// nothing but which tensors share a shard, so that shards come out equal to transformers'.

interface ModuleNode<Value> {
  readonly own: [name: string, value: Value][];
  readonly children: Map<string, ModuleNode<Value>>;
}

/** The same entries, module by module; modules and parameters keep the order of their first appearance. */
export function inStateDictOrder<Value>(
  entries: Iterable<readonly [name: string, value: Value]>,
): Map<string, Value> {
  const root = createNode<Value>();
  for (const [name, value] of entries) {
    let node = root;
    for (const part of name.split('.').slice(0, -1)) {
      const child = node.children.get(part) ?? createNode<Value>();
      node.children.set(part, child);
      node = child;
    }
    node.own.push([name, value]);
  }
  return new Map(walk(root));
}

function createNode<Value>(): ModuleNode<Value> {
  return { own: [], children: new Map() };
}

function* walk<Value>(node: ModuleNode<Value>): Generator<[string, Value]> {
  yield* node.own;
  for (const child of node.children.values()) yield* walk(child);
}
