"""The catalog: one row a module. Folders, import order, façades, tables and arguments read it.

A row says what a module is called, which names it gives to which of PyTorch's paths, which lower
modules it may import, and what it is worth. `planned` rows are not written yet; every command
passes over them, and the façades tell a user who asks for their names where those will come from.
"""

from dataclasses import dataclass, field

from tito.errors import Mistake


@dataclass(frozen=True)
class Module:
    """One module of the course.

    `exports` maps a public path below `tinytorch` ("" is the top level) to the names found there;
    "sum=Tensor.sum" is a name that stands for another one in the module. `extra` does the same for
    what `tito/extra/<stem>.py` gives and no module teaches.
    `imports` holds the numbers of the modules whose code this one may use.
    `points` is the sum of its graded cells and `minutes` the time a student needs.
    `terms` are the field's words that its prose brings in; docs/glossary.md has a row for each.
    """

    number: int
    stem: str
    title: str
    exports: dict[str, tuple[str, ...]]
    imports: tuple[int, ...] = ()
    points: int = 0
    minutes: int = 0
    planned: bool = False
    terms: tuple[str, ...] = ()
    extra: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder name, and nbgrader's assignment name: `07_training`."""
        return f"{self.number:02d}_{self.stem}"

    @property
    def public(self) -> dict[str, dict[str, str]]:
        """{public path: {public name: what it is called in the module}}."""
        return _table(self.exports)

    @property
    def homes(self) -> dict[str, dict[str, str]]:
        """{public path: {public name: "stem.name" or, of what is extra, "extra.stem.name"}}."""
        found: dict[str, dict[str, str]] = {}
        for room, exported in ((self.stem, self.exports), (f"extra.{self.stem}", self.extra)):
            for path, names in _table(exported).items():
                homes = {name: f"{room}.{inner}" for name, inner in names.items()}
                found.setdefault(path, {}).update(homes)
        return found


def _table(exported: dict[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    return {
        path: {name.split("=")[0]: name.split("=")[-1] for name in names}
        for path, names in exported.items()
    }


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _terms(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


CATALOG: tuple[Module, ...] = (
    Module(
        1,
        "tensor",
        "Tensors",
        {
            "": _names(
                "Tensor tensor as_tensor from_numpy zeros ones full empty eye arange linspace "
                "zeros_like ones_like rand randn randint randperm manual_seed Generator "
                "default_generator cat stack where maximum=Tensor.maximum minimum=Tensor.minimum "
                "matmul=Tensor.matmul "
                "add=Tensor.add sub=Tensor.sub mul=Tensor.mul div=Tensor.div neg=Tensor.neg "
                "pow=Tensor.pow exp=Tensor.exp log=Tensor.log sqrt=Tensor.sqrt abs=Tensor.abs "
                "tanh=Tensor.tanh sin=Tensor.sin cos=Tensor.cos clamp=Tensor.clamp "
                "sum=Tensor.sum mean=Tensor.mean var=Tensor.var std=Tensor.std "
                "amax=Tensor.amax amin=Tensor.amin max=Tensor.max min=Tensor.min "
                "argmax=Tensor.argmax argmin=Tensor.argmin all=Tensor.all any=Tensor.any "
                "reshape=Tensor.reshape transpose=Tensor.transpose permute=Tensor.permute "
                "squeeze=Tensor.squeeze unsqueeze=Tensor.unsqueeze flatten=Tensor.flatten "
                "gather=Tensor.gather clone=Tensor.clone "
                "allclose=Tensor.allclose equal=Tensor.equal "
                "float32 float64 int32 int64 uint8 float=float32 double=float64 int=int32 "
                "long=int64 bool=bool_"
            )
        },
        points=40,
        minutes=180,
        terms=_terms(
            "tensor, shape, broadcasting, reduction, matrix product, view, stride, transpose, "
            "reshape, advanced indexing, primitive, dispatch, receipt, node, computational "
            "graph, hook, loss, gradient, nearest centroid"
        ),
        extra={
            "": _names(
                "Size device dtype finfo iinfo inf nan pi e full_like empty_like rand_like "
                "randn_like randint_like normal logspace hstack vstack column_stack "
                "concat=cat concatenate=cat row_stack=vstack einsum tensordot "
                "broadcast_tensors meshgrid cartesian_prod is_tensor get_default_dtype "
                "set_default_dtype set_default_tensor_type get_default_device "
                "set_default_device get_num_threads set_num_threads=without_effect "
                "use_deterministic_algorithms=without_effect "
                "set_float32_matmul_precision=without_effect FloatTensor DoubleTensor "
                "IntTensor LongTensor ByteTensor BoolTensor absolute=Tensor.absolute "
                "acos=Tensor.acos addcdiv=Tensor.addcdiv addcmul=Tensor.addcmul "
                "addmm=Tensor.addmm addmv=Tensor.addmv argsort=Tensor.argsort "
                "argwhere=Tensor.argwhere asin=Tensor.asin atan=Tensor.atan "
                "atan2=Tensor.atan2 baddbmm=Tensor.baddbmm bernoulli=Tensor.bernoulli "
                "bincount=Tensor.bincount bitwise_and=Tensor.bitwise_and "
                "bitwise_not=Tensor.bitwise_not bitwise_or=Tensor.bitwise_or "
                "bitwise_xor=Tensor.bitwise_xor bmm=Tensor.bmm "
                "broadcast_to=Tensor.broadcast_to ceil=Tensor.ceil chunk=Tensor.chunk "
                "clamp_max=Tensor.clamp_max clamp_min=Tensor.clamp_min clip=Tensor.clip "
                "cosh=Tensor.cosh count_nonzero=Tensor.count_nonzero cumprod=Tensor.cumprod "
                "cumsum=Tensor.cumsum diag=Tensor.diag diagonal=Tensor.diagonal "
                "dist=Tensor.dist divide=Tensor.divide dot=Tensor.dot eq=Tensor.eq "
                "erf=Tensor.erf erfc=Tensor.erfc exp2=Tensor.exp2 expm1=Tensor.expm1 "
                "fix=Tensor.fix flip=Tensor.flip fliplr=Tensor.fliplr flipud=Tensor.flipud "
                "floor=Tensor.floor floor_divide=Tensor.floor_divide fmod=Tensor.fmod "
                "frac=Tensor.frac ge=Tensor.ge ger=Tensor.ger gt=Tensor.gt histc=Tensor.histc "
                "index_add=Tensor.index_add index_copy=Tensor.index_copy "
                "index_fill=Tensor.index_fill index_select=Tensor.index_select "
                "inner=Tensor.inner is_complex=Tensor.is_complex "
                "is_floating_point is_nonzero=Tensor.is_nonzero "
                "is_same_size=Tensor.is_same_size is_signed=Tensor.is_signed "
                "isclose=Tensor.isclose isfinite=Tensor.isfinite isinf=Tensor.isinf "
                "isnan=Tensor.isnan kthvalue=Tensor.kthvalue le=Tensor.le lerp=Tensor.lerp "
                "log10=Tensor.log10 log1p=Tensor.log1p log2=Tensor.log2 "
                "log_softmax=Tensor.log_softmax logical_and=Tensor.logical_and "
                "logical_not=Tensor.logical_not logical_or=Tensor.logical_or "
                "logical_xor=Tensor.logical_xor logsumexp=Tensor.logsumexp lt=Tensor.lt "
                "masked_fill=Tensor.masked_fill masked_select=Tensor.masked_select "
                "median=Tensor.median mm=Tensor.mm moveaxis=Tensor.moveaxis "
                "movedim=Tensor.movedim multinomial=Tensor.multinomial "
                "multiply=Tensor.multiply mv=Tensor.mv nan_to_num=Tensor.nan_to_num "
                "narrow=Tensor.narrow ne=Tensor.ne negative=Tensor.negative "
                "nonzero=Tensor.nonzero norm=Tensor.norm numel "
                "outer=Tensor.outer prod=Tensor.prod ravel=Tensor.ravel "
                "reciprocal=Tensor.reciprocal remainder=Tensor.remainder "
                "repeat_interleave=Tensor.repeat_interleave roll=Tensor.roll "
                "round=Tensor.round rsqrt=Tensor.rsqrt scatter=Tensor.scatter "
                "scatter_add=Tensor.scatter_add select=Tensor.select sign=Tensor.sign "
                "sinh=Tensor.sinh sort=Tensor.sort split=Tensor.split square=Tensor.square "
                "subtract=Tensor.subtract swapaxes=Tensor.swapaxes swapdims=Tensor.swapdims "
                "t=Tensor.t take=Tensor.take take_along_dim=Tensor.take_along_dim "
                "tan=Tensor.tan tile=Tensor.tile topk=Tensor.topk trace=Tensor.trace "
                "tril=Tensor.tril triu=Tensor.triu true_divide=Tensor.true_divide "
                "trunc=Tensor.trunc unbind=Tensor.unbind unflatten=Tensor.unflatten "
                "unique=Tensor.unique detach"
            ),
            "cuda": _names(
                "is_available=never device_count=none manual_seed=seed_of_no_gpu "
                "manual_seed_all=seed_of_no_gpu empty_cache=without_effect "
                "memory_allocated=none max_memory_allocated=none memory_reserved=none "
                "is_initialized=never current_device=needs_gpu get_device_name=needs_gpu "
                "get_device_properties=needs_gpu set_device=needs_gpu synchronize=needs_gpu "
                "FloatTensor=CudaFloatTensor DoubleTensor=CudaDoubleTensor "
                "IntTensor=CudaIntTensor LongTensor=CudaLongTensor ByteTensor=CudaByteTensor "
                "BoolTensor=CudaBoolTensor"
            ),
            "backends.cudnn": _names("is_available=never benchmark deterministic enabled"),
            "backends.cuda": _names("is_built=never"),
            "backends.cuda.matmul": _names("allow_tf32"),
            "backends.mps": _names("is_available=never is_built=never"),
            "linalg": _names("norm=linalg_norm vector_norm"),
        },
    ),
    Module(
        2,
        "autograd",
        "Automatic differentiation",
        {
            "": _names("no_grad enable_grad is_grad_enabled set_grad_enabled"),
            "autograd": _names("backward gradcheck detect_anomaly draw_graph"),
        },
        imports=(1,),
        points=40,
        minutes=180,
        terms=_terms(
            "automatic differentiation, leaf, chain rule, vector-Jacobian product, "
            "topological order, backpropagation, reverse mode, inference, in place, version "
            "counter, gradient checkpointing, finite difference, central difference, gradcheck, "
            "catastrophic cancellation"
        ),
        extra={
            "": _names("inference_mode"),
            "autograd": _names(
                "grad Function Variable no_grad enable_grad set_grad_enabled inference_mode"
            ),
            "autograd.function": _names("Function once_differentiable"),
            "autograd.variable": _names("Variable"),
        },
    ),
    Module(
        3,
        "layers",
        "Layers and activations",
        {
            "nn": _names(
                "Module Parameter Linear ReLU LeakyReLU Sigmoid Tanh GELU SiLU Softmax Dropout "
                "Flatten Identity Sequential ModuleList"
            ),
            "nn.functional": _names(
                "linear relu leaky_relu sigmoid tanh gelu silu softmax dropout"
            ),
            "nn.init": _names(
                "uniform_ normal_ zeros_ ones_ constant_ xavier_uniform_ xavier_normal_ "
                "kaiming_uniform_ kaiming_normal_ calculate_gain"
            ),
            "nn.parameter": _names("Parameter"),
            "": _names("relu sigmoid softmax"),
        },
        extra={
            "nn": _names("ELU Softplus ModuleDict ParameterList"),
            "nn.functional": _names("elu softplus one_hot"),
            "nn.init": _names("trunc_normal_ orthogonal_ eye_"),
            "nn.utils": _names("parameters_to_vector vector_to_parameters"),
        },
        imports=(1, 2),
        points=40,
        minutes=180,
        terms=_terms(
            "multilayer perceptron, linear layer, nonlinearity, activation function, ReLU, "
            "sigmoid, softmax, vanishing gradient, exploding gradient, dropout, overfitting, "
            "regularization, parameter, buffer, state_dict, initialization, fan-in, fan-out, "
            "gain"
        ),
    ),
    Module(
        4,
        "losses",
        "Losses",
        {
            "nn": _names("CrossEntropyLoss NLLLoss MSELoss L1Loss BCEWithLogitsLoss"),
            "nn.functional": _names(
                "log_softmax nll_loss cross_entropy mse_loss l1_loss "
                "binary_cross_entropy_with_logits"
            ),
            "": _names("log_softmax"),
        },
        extra={
            "nn": _names("BCELoss SmoothL1Loss KLDivLoss LogSoftmax"),
            "nn.functional": _names("binary_cross_entropy smooth_l1_loss kl_div"),
        },
        imports=(1, 2, 3),
        points=40,
        minutes=180,
        terms=_terms(
            "mean squared error, L1 loss, logit, overflow, underflow, log-sum-exp, negative "
            "log-likelihood, cross-entropy, label smoothing, binary cross-entropy, softplus, "
            "confusion matrix"
        ),
    ),
    Module(
        5,
        "dataloader",
        "Data pipelines",
        {
            "utils.data": _names(
                "Dataset TensorDataset Subset random_split DataLoader Sampler SequentialSampler "
                "RandomSampler BatchSampler default_collate"
            ),
            "utils.data.dataset": _names("Dataset TensorDataset Subset random_split"),
            "utils.data.dataloader": _names("DataLoader default_collate"),
            "utils.data.sampler": _names("Sampler SequentialSampler RandomSampler BatchSampler"),
            "datasets": _names("read_idx read_mnist read_cifar10"),
            "transforms": _names("normalize random_flip random_shift"),
        },
        imports=(1, 2, 3, 4),
        points=41,
        minutes=180,
        terms=_terms(
            "mini-batch, epoch, dataset, training set, test set, validation set, data leakage, "
            "sampler, sampling with replacement, catastrophic forgetting, collating, prefetch, "
            "big-endian, augmentation"
        ),
        extra={
            "": _names("initial_seed get_rng_state set_rng_state"),
            "utils.data": _names(
                "IterableDataset ConcatDataset ChainDataset StackDataset SubsetRandomSampler "
                "WeightedRandomSampler get_worker_info"
            ),
            "utils.data.dataset": _names("IterableDataset ConcatDataset ChainDataset StackDataset"),
            "utils.data.dataloader": _names("get_worker_info"),
            "utils.data.sampler": _names("SubsetRandomSampler WeightedRandomSampler"),
        },
    ),
    Module(
        6,
        "optimizers",
        "Optimizers",
        {
            "optim": _names("Optimizer SGD Adam AdamW"),
            "optim.lr_scheduler": _names(
                "LRScheduler StepLR MultiStepLR ExponentialLR CosineAnnealingLR LinearLR LambdaLR "
                "SequentialLR OneCycleLR"
            ),
        },
        imports=(1, 2, 3, 4, 5),
        points=40,
        minutes=180,
        terms=_terms(
            "optimizer, hyperparameter, gradient descent, SGD, learning rate, momentum, "
            "Nesterov, exponential moving average, bias correction, condition number, weight "
            "decay, L2 regularization, parameter group, schedule, cosine annealing, warm up"
        ),
        extra={
            "optim": _names("RMSprop Adagrad"),
            "optim.lr_scheduler": _names(
                "ConstantLR PolynomialLR CosineAnnealingWarmRestarts ChainedScheduler "
                "ReduceLROnPlateau"
            ),
        },
    ),
    Module(
        7,
        "training",
        "Training",
        {
            "training": _names(
                "Trainer History Callback EarlyStopping Checkpoint save_checkpoint load_checkpoint"
            ),
            "nn.utils": _names("clip_grad_norm_ clip_grad_value_"),
            "nn.utils.clip_grad": _names("clip_grad_norm_ clip_grad_value_"),
        },
        imports=(1, 2, 3, 4, 5, 6),
        points=43,
        minutes=165,
        terms=_terms(
            "gradient clipping, gradient accumulation, evaluation mode, callback, early "
            "stopping, checkpoint, atomic write, learning-rate range test"
        ),
        extra={
            "": _names("save load"),
        },
    ),
    Module(
        8,
        "normalization",
        "Normalization",
        {
            "nn": _names("BatchNorm1d LayerNorm GroupNorm RMSNorm"),
            "nn.functional": _names("batch_norm layer_norm group_norm rms_norm"),
        },
        imports=(1, 2, 3, 4),
        points=40,
        minutes=165,
        terms=_terms(
            "normalization, layer norm, batch norm, affine, running statistics, Bessel's "
            "correction, RMS norm, group norm, residual connection, skip connection"
        ),
    ),
    Module(
        9,
        "convolutions",
        "Convolutions",
        {
            "nn": _names("Conv2d MaxPool2d AvgPool2d AdaptiveAvgPool2d BatchNorm2d Dropout2d"),
            "nn.functional": _names(
                "conv2d max_pool2d avg_pool2d adaptive_avg_pool2d dropout2d pad"
            ),
        },
        imports=(1, 2, 3, 4, 6, 8),
        points=40,
        minutes=180,
        terms=_terms(
            "convolution, cross-correlation, filter, kernel, channel, feature map, padding, "
            "dilation, im2col, pooling, translation equivariance, receptive field"
        ),
        extra={
            "nn": _names("ConvTranspose2d AdaptiveMaxPool2d ZeroPad2d Unflatten"),
            "nn.functional": _names("conv_transpose2d adaptive_max_pool2d"),
        },
    ),
    Module(
        10,
        "tokenization",
        "Tokenization",
        {"text": _names("CharTokenizer BPETokenizer pre_tokens")},
        points=40,
        minutes=165,
        terms=_terms(
            "token, tokenizer, vocabulary, code point, UTF-8, byte-pair encoding, BPE, merge, "
            "pre-token, inverted index, heap, lazy deletion, rank, cache, special token, bigram, "
            "bits per byte, dynamic programming"
        ),
    ),
    Module(
        11,
        "embeddings",
        "Embeddings",
        {
            "nn": _names("Embedding SinusoidalPositions LearnedPositions RotaryPositions"),
            "nn.functional": _names("embedding"),
        },
        imports=(1, 2, 3, 4, 6),
        points=40,
        minutes=165,
        terms=_terms(
            "embedding, one-hot, scatter-add, padding token, positional encoding, rotary position "
            "embedding, weight tying, sparse gradient, singular value decomposition"
        ),
    ),
    Module(
        12,
        "attention",
        "Attention",
        {
            "nn": _names("MultiheadAttention"),
            "nn.functional": _names("scaled_dot_product_attention"),
        },
        imports=(1, 2, 3, 4, 6, 8, 11),
        points=40,
        minutes=180,
        terms=_terms(
            "attention, query, key, value, attention score, attention weights, self-attention, "
            "cross-attention, causal mask, padding mask, additive mask, attention head, "
            "multi-head attention, packed projection, teacher forcing, exact match"
        ),
    ),
    Module(
        13,
        "transformers",
        "Transformers",
        {
            "models": _names(
                "GPTConfig CausalSelfAttention FeedForward TransformerBlock GPT text_batch "
                "next_token_loss filter_logits generate"
            )
        },
        imports=(1, 2, 3, 4, 6, 8, 10, 11, 12),
        points=40,
        minutes=180,
        terms=_terms(
            "transformer, GPT, position-wise, transformer block, residual stream, "
            "pre-norm, post-norm, target, greedy, temperature, top-k, top-p, unigram"
        ),
        extra={"nn": _names("TransformerEncoderLayer TransformerEncoder")},
    ),
    Module(
        14,
        "profiling",
        "Profiling",
        {
            "profiler": _names("profile record_function ProfilerActivity count_flops count_memory"),
            "autograd.profiler": _names("record_function"),
        },
        imports=(1, 2, 3, 4, 6),
        points=40,
        minutes=165,
        terms=_terms(
            "profiler, self time, total time, trace, FLOP, multiply-add, peak memory, Amdahl's "
            "law, flame graph"
        ),
    ),
    Module(
        15,
        "quantization",
        "Quantization",
        {
            "quantization": _names("quantize_model QuantizedLinear QuantizedConv2d"),
            "": _names("fake_quantize_per_tensor_affine fake_quantize_per_channel_affine"),
        },
        imports=(1, 2, 3, 4, 6, 7, 8, 9),
        points=40,
        minutes=165,
        terms=_terms(
            "quantization, scale, zero point, per channel, calibration, percentile, "
            "quantization-aware training, straight-through estimator, SmoothQuant"
        ),
    ),
    Module(
        16,
        "compression",
        "Compression",
        {
            "nn.utils.prune": _names(
                "l1_unstructured random_unstructured global_unstructured L1Unstructured "
                "custom_from_mask remove is_pruned"
            ),
            "compression": _names("sparsity thinner low_rank distillation_loss"),
        },
        imports=(1, 2, 3, 4, 6),
        points=40,
        minutes=180,
        terms=_terms(
            "pruning, magnitude, mask, density, sparsity, CSR, sensitivity scan, structured "
            "pruning, low rank, distillation, teacher, "
            "Kullback-Leibler divergence, Pareto front, 2:4 sparsity"
        ),
    ),
    Module(
        17,
        "acceleration",
        "Acceleration",
        {"acceleration": _names("fused roofline")},
        imports=(1, 2, 3, 9, 14),
        planned=True,
    ),
    Module(
        18,
        "memoization",
        "KV caches",
        {"models": _names("KVCache generate_cached")},
        imports=(1, 2, 3, 11, 12, 13),
        planned=True,
    ),
    Module(
        19,
        "benchmarking",
        "Benchmarking",
        {"utils.benchmark": _names("Timer compare confidence_interval")},
        imports=(1, 2, 3, 14),
        planned=True,
    ),
    Module(
        20,
        "capstone",
        "Capstone",
        {"capstone": _names("score")},
        imports=tuple(range(1, 20)),
        planned=True,
    ),
)


def written(catalog: tuple[Module, ...] = CATALOG) -> tuple[Module, ...]:
    """The modules that exist, in order: what every command works on."""
    return tuple(module for module in catalog if not module.planned)


def find(name: str, catalog: tuple[Module, ...] = CATALOG) -> Module:
    """The module a user means by `1`, `01`, `tensor` or `01_tensor`.

    Raises: Mistake, saying what there is, if there is no such module or it is still planned.
    """
    wanted = name.strip().lower()
    for module in catalog:
        if wanted in (str(module.number), f"{module.number:02d}", module.stem, module.folder):
            if module.planned:
                raise Mistake(f"module {module.folder} is planned, but not written yet")
            return module
    known = ", ".join(module.folder for module in written(catalog))
    raise Mistake(f"there is no module {name!r}: choose one of {known}")


def find_all(names: list[str], catalog: tuple[Module, ...] = CATALOG) -> tuple[Module, ...]:
    """The modules that a user means by names and ranges such as `01..08`, each once, in order.

    Raises: Mistake as `find` does, and for a range that runs backwards.
    """
    numbers: set[int] = set()
    for name in names:
        first, dots, last = name.partition("..")
        ends = find(first, catalog).number, find(last if dots else first, catalog).number
        if ends[0] > ends[1]:
            raise Mistake(f"the range {name!r} runs backwards: give the lower module first")
        numbers.update(range(ends[0], ends[1] + 1))
    return tuple(module for module in written(catalog) if module.number in numbers)
