#!/usr/bin/python3
"""Check directories written by `tramlab trace`: compute every number again from their files and the papers' equations.

    trace_check.py [--float] [--store FOLDER] [--scalar TOLERANCE] [--weights TOLERANCE] DIRECTORY...

Shares nothing with the C program but the files: GPT-2, XLM-R (encoder_reference.py) and ViT (vit_reference.py) are torch.nn.functional with
autograd in double (--float: single), the methods are written from the equations as the papers print them. Prints a line per directory; exits 1 on any mismatch.
--store writes what was computed *here* (not what the program says) to FOLDER/<name of the directory>.json.
Needs a python3 with PyTorch (Debian's python3-torch); the safetensors files are read by hand.
"""
import argparse
import json
import math
import os
import struct
import sys

import torch
import torch.nn.functional as F

import encoder_reference
import vit_reference

DELTA = 1e-12  # added to a norm before dividing by it
SCALARS = ("lr", "loss", "loss_perturbed", "grad_norm", "perturbation_norm", "divergence", "radius", "update_norm")
DIVERGENT = ("divergence", "radius", "perturbation_norm")  # proportional to a divergence, where there is one


# -- files -----------------------------------------------------------------------------------------------------------

def read_safetensors(path, dtype):
    """Tensors by name; F32 become `dtype`, I32 become int64."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, past = entry["data_offsets"]
        stored = {"F32": torch.float32, "I32": torch.int32}[entry["dtype"]]
        values = torch.frombuffer(data, dtype=stored, count=(past - first) // 4, offset=first)
        values = values.to(dtype if stored == torch.float32 else torch.int64)
        tensors[name] = values.reshape(entry["shape"]).clone()
    return tensors


class Trace:
    def __init__(self, folder, dtype):
        with open(os.path.join(folder, "trace.json"), encoding="utf-8") as file:
            described = json.load(file)
        self.name = os.path.basename(os.path.normpath(folder))
        self.method, self.config = described["method"], described["config"]
        self.knobs, self.steps = described["knobs"], described["steps"]
        self.initial = read_safetensors(os.path.join(folder, "initial.safetensors"), dtype)
        self.final = read_safetensors(os.path.join(folder, "final.safetensors"), dtype)
        self.task = described["task"]
        self.batches = [{} for _ in self.steps]
        for name, tensor in read_safetensors(os.path.join(folder, "batches.safetensors"), dtype).items():
            letter, step = name.split(".")
            self.batches[int(step)][letter] = tensor

    def knob(self, name, default=None):
        value = self.knobs.get(name, default)
        if value is None:
            raise KeyError(f"{self.name}: trace.json has no knob {name}")
        return value


# -- the models, all weights in one flat vector -----------------------------------------------------------------------

class Model:
    """A subclass has outputs(theta, batch, noise) -> [outputs, C] in the order of batch["y"], and which tensors are what."""

    def __init__(self, config, tensors):
        self.config = config
        self.layout = []  # (name without prefix, shape, first element)
        first = 0
        for name, tensor in tensors.items():
            self.layout.append((name.removeprefix("transformer."), tuple(tensor.shape), first))
            first += tensor.numel()
        self.n = first

    def flatten(self, tensors):
        return torch.cat([tensor.reshape(-1) for tensor in tensors.values()])

    def views(self, theta):
        return {name: theta[first:first + math.prod(shape)].view(shape) for name, shape, first in self.layout}


class Gpt2(Model):
    embeddings = ("wte.weight", "wpe.weight")

    def is_norm(self, name):
        return "ln_" in name

    def is_head(self, name):
        return name == "wte.weight"

    def outputs(self, theta, batch, noise=None):
        w, c, x = self.views(theta), self.config, batch["x"]
        eps, heads = c["layer_norm_epsilon"], c["n_head"]
        batch, time = x.shape
        channels = c["n_embd"]

        def norm(h, name):
            return F.layer_norm(h, (channels,), w[name + ".weight"], w[name + ".bias"], eps)

        def dense(h, name):
            return h @ w[name + ".weight"] + w[name + ".bias"]

        looked_up = F.embedding(x, w["wte.weight"])
        if noise is not None:
            looked_up = looked_up + noise
        h = looked_up + w["wpe.weight"][:time]
        hidden = torch.ones(time, time, dtype=torch.bool).triu(diagonal=1)
        for layer in range(c["n_layer"]):
            at = f"h.{layer}."
            q, k, v = (part.view(batch, time, heads, -1).transpose(1, 2)
                       for part in dense(norm(h, at + "ln_1"), at + "attn.c_attn").chunk(3, dim=-1))
            scores = q @ k.transpose(-1, -2) / math.sqrt(channels // heads)
            mixed = scores.masked_fill(hidden, -math.inf).softmax(dim=-1) @ v
            h = h + dense(mixed.transpose(1, 2).reshape(batch, time, channels), at + "attn.c_proj")
            inner = F.gelu(dense(norm(h, at + "ln_2"), at + "mlp.c_fc"), approximate="tanh")
            h = h + dense(inner, at + "mlp.c_proj")
        return (norm(h, "ln_f") @ w["wte.weight"].T).flatten(0, 1)


class Encoder(Model):
    words = "roberta.embeddings.word_embeddings.weight"
    embeddings = (words, "roberta.embeddings.position_embeddings.weight", "roberta.embeddings.token_type_embeddings.weight")

    def is_norm(self, name):
        return "LayerNorm" in name

    def check(self, batch):
        if not torch.equal(batch["attention_mask"], (batch["x"] != self.config["pad_token_id"]).long()):
            raise ValueError("attention_mask is not where the tokens are not padding")


class Classifier(Encoder):
    def is_head(self, name):
        return name.startswith("classifier.")

    def outputs(self, theta, batch, noise=None):
        self.check(batch)
        return encoder_reference.classify(self.config, self.views(theta), batch["x"], torch.zeros_like(batch["x"]), noise)


class MaskedLm(Encoder):
    def is_head(self, name):
        return name.startswith("lm_head.") or name == self.words

    def outputs(self, theta, batch, noise=None):
        self.check(batch)
        return encoder_reference.predict_words(self.config, self.views(theta), batch["x"], batch["places"], noise)


class Vision(Model):
    patches = "vit.embeddings.patch_embeddings.projection."
    embeddings = ("vit.embeddings.cls_token", "vit.embeddings.position_embeddings", patches + "weight", patches + "bias")

    def is_norm(self, name):
        return "layernorm" in name

    def is_head(self, name):
        return name.startswith("classifier.")

    def outputs(self, theta, batch, noise=None):
        return vit_reference.classify(self.config, self.views(theta), batch["pixels"], noise)


MODELS = {"causal-lm": Gpt2, "text-classification": Classifier, "masked-lm": MaskedLm, "image-classification": Vision}


# -- divergences -----------------------------------------------------------------------------------------------------

def forward_kl(p, q):
    log_p, log_q = p.log_softmax(-1), q.log_softmax(-1)
    return (log_p.exp() * (log_p - log_q)).sum(-1).mean()


def mmd(a, b, kernel):
    """Biased V-statistic of the squared maximum mean discrepancy of rows a and b."""
    widths = (.1, .2, .5, 1., 2., 5., 10.)
    k = {
        "mmd-imq": lambda r2: sum(w / (w + r2) for w in widths),
        "mmd-imq2": lambda r2: sum((w * w + r2) ** -.5 for w in widths),
        "mmd-imq3": lambda r2: sum(w * w / (w * w + r2) for w in widths),
        "mmd-rbf": lambda r2: sum(torch.exp(-r2 / (2 * w)) for w in widths),
    }[kernel]

    def squared(u, v):
        return ((u[:, None, :] - v[None, :, :]) ** 2).sum(-1)

    return (k(squared(a, a)) + k(squared(b, b)) - 2 * k(squared(a, b))).mean()


def divergence(kind, p, q, is_centred=True):
    """Of target logits p and current logits q, both [positions, C]."""
    if kind == "forward-kl":
        return forward_kl(p, q)
    if kind == "reverse-kl":
        return forward_kl(q, p)
    if kind == "symmetric-kl":
        return forward_kl(p, q) + forward_kl(q, p)
    if is_centred:
        p, q = p - p.mean(-1, keepdim=True), q - q.mean(-1, keepdim=True)
    if kind == "l2":
        return (p - q).norm(dim=-1).mean()
    return mmd(p, q, kind)


# -- one step's task: passes over the batch ----------------------------------------------------------------------------

class Task:
    def __init__(self, model, batch):
        self.model, self.batch = model, batch
        self.y, self.z = batch["y"], batch.get("z")
        self.size = len(self.y)  # examples
        self.valid = self.y.flatten() >= 0
        self.rows = slice(None)  # of logits(): those that a mean discrepancy looks at
        if "p" in batch:
            self.rows = (self.valid.cumsum(0) - 1)[batch["p"]]

    def counted(self, fraction):
        """The rows of logits() that a divergence over the first examples of the batch looks at."""
        if fraction >= 1:
            return self.rows
        examples = math.ceil(fraction * self.size)
        return slice(int((self.y[:examples] >= 0).sum()))

    def parts(self, count):
        """Micro-batches for m-sharpness."""
        pieces = {name: tensor.chunk(count) for name, tensor in self.batch.items() if name != "p"}
        return [Task(self.model, {name: chunks[i] for name, chunks in pieces.items()}) for i in range(count)]

    def logits(self, theta, noise=None):
        """[valid outputs, C]"""
        return self.model.outputs(theta, self.batch, noise)[self.valid]

    def loss_of(self, logits):
        return F.cross_entropy(logits, self.y.flatten()[self.valid])

    def fixed_logits(self, theta, noise=None):
        with torch.no_grad():
            return self.logits(theta, noise)

    def gradient(self, theta, extra=None, noise=None):
        """Task loss, unweighted extra term, gradient of loss + its weight times it. extra(theta, logits) -> (weight, term)."""
        theta = theta.detach().requires_grad_()
        logits = self.logits(theta, noise)
        loss = self.loss_of(logits)
        total, term = loss, torch.zeros(())
        if extra is not None:
            weight, term = extra(theta, logits)
            total = loss + weight * term
        (g,) = torch.autograd.grad(total, theta)
        return loss.item(), term.item(), g


# -- methods -----------------------------------------------------------------------------------------------------------

class Lane:
    """State of one method, with every rule as a method that takes a step's task and returns (gradient for the base optimizer, numbers)."""

    def __init__(self, trace, model):
        self.k, self.method = trace.knob, trace.method
        self.model = model
        self.theta = model.flatten(trace.initial)
        self.theta_0 = self.theta.clone()
        self.previous = self.theta.clone()  # theta_{t-1}
        self.average = self.theta.clone()   # MESA's
        self.m = torch.zeros_like(self.theta)
        self.v = torch.zeros_like(self.theta)
        self.momentum = None                # Friendly SAM's average of gradients
        self.reused = None                  # LookSAM's g_v
        self.t = 0                          # of the step being taken: 1, 2, ...
        self.divergences = []               # those above 0 so far, until auto_scale has seen enough
        self.scale = None                   # frozen by auto_scale
        self.mask = self.perturbed_mask(trace.knobs.get("perturb", "all"))

    def perturbed_mask(self, which):
        mask = torch.ones_like(self.theta)
        for name, shape, first in self.model.layout:
            is_norm = self.model.is_norm(name)
            is_kept = {"all": True, "no-bias": not name.endswith(".bias"),
                       "weights-only": not name.endswith(".bias") and not is_norm, "norm-only": is_norm,
                       "no-norm": not is_norm, "no-embed": name not in self.model.embeddings,
                       "head-only": self.model.is_head(name)}[which]
            if not is_kept:
                mask[first:first + math.prod(shape)] = 0
        return mask

    # perturbations; each gives eps for a direction

    def is_adaptive(self):
        is_by_default = self.method.startswith(("asam", "tram"))
        return self.k("adaptive", "on" if is_by_default else "off") == "on"

    def eps(self, g, radius):
        """SAM's, or ASAM's with T = |theta|."""
        g = g * self.mask
        if not self.is_adaptive():
            return radius * g / (g.norm() + DELTA)
        t = self.theta.abs()
        return radius * t * t * g / ((t * g).norm() + DELTA)

    def fisher_eps(self, g, f, radius):
        g = g * self.mask
        inverse = 1 / (1 + self.k("eta") * f)
        return radius * inverse * g / ((g * inverse * g).sum().sqrt() + DELTA)

    def released_eps(self, g, radius):
        """The arithmetic of the authors' published code: no gradient in the numerator."""
        t = self.theta.abs() if self.is_adaptive() else torch.ones_like(self.theta)
        return radius * t * t * self.mask / ((t * g * self.mask).norm() + DELTA)

    # toggles of the whole family

    def perturbs(self):
        first, last = self.k("start_step", 0), self.k("stop_step", 0)
        return self.t >= first and (last == 0 or self.t <= last) and (self.t - 1) % int(self.k("interval", 1)) == 0

    def radius(self, knob="rho"):
        return self.scheduled(self.k(knob), self.k("rho_min", 0.0) if knob == "rho" else 0.0)

    def scheduled(self, radius, low=0.0):
        # (lr_t - lr_min) / (lr_max - lr_min), as in GSAM's paper
        peak, end = self.k("learning_rate"), self.lr_end()
        share = (self.learning_rate() - end) / (peak - end) if peak > end else 1.0
        factor = {"constant": 1.0, "ramp": self.t / self.k("max_steps"), "follow-lr": share,
                  "follow-lr2": share ** 2}[self.k("rho_schedule", "constant")]
        return low + (radius - low) * factor

    def combined(self, g, h):
        w = self.k("wsam_weight", 0.5)
        return g + w / (1 - w) * (h - g)

    # regularised losses; each gives extra(theta, logits) for Task.gradient

    def trpo_extra(self, task):
        target = task.fixed_logits(self.previous)
        return lambda theta, logits: (self.k("lambda"), divergence(self.kind(), target, logits))

    def mesa_extra(self, task):
        tau = self.k("temperature", 1.0)
        target = task.fixed_logits(self.average)
        return lambda theta, logits: (self.k("lambda") * tau * tau,
                                      divergence(self.kind(), target / tau, logits / tau))

    def r3f_extra(self, task):
        if self.k("stopgrad_noised", "off") == "on":
            target = task.fixed_logits(self.theta, task.z)
            return lambda theta, logits: (self.k("lambda"), divergence(self.kind(), target, logits))
        return lambda theta, logits: (self.k("lambda"), divergence(self.kind(), task.logits(theta, task.z), logits))

    def kind(self):
        return self.k("divergence", "forward-kl")

    # the steps

    def plain(self, task, extra=None):
        loss, term, g = task.gradient(self.theta, extra)
        numbers = {"loss": loss, "grad_norm": g.norm().item()}
        if extra is not None:
            numbers["divergence"] = term
        return g, numbers

    def ascend(self, task, loss, g, eps, extra=None, **numbers):
        """The second pass, at theta + eps."""
        numbers = {"loss": loss, "grad_norm": g.norm().item()} | numbers
        if not self.perturbs():
            return g, {name: value for name, value in numbers.items() if name != "radius"}
        perturbed, _, h = task.gradient(self.theta + eps, extra)
        return self.combined(g, h), numbers | {"loss_perturbed": perturbed, "perturbation_norm": eps.norm().item()}

    def step_adamw(self, task):
        return self.plain(task)

    step_sgd = step_adamw

    def step_sam(self, task, extra=None):
        loss, term, g = task.gradient(self.theta, extra)
        own = {} if extra is None else {"divergence": term}
        return self.ascend(task, loss, g, self.eps(g, self.radius()), extra, radius=self.radius(), **own)

    step_asam = step_sam

    def step_fsam(self, task):
        loss, _, g = task.gradient(self.theta)
        gamma = self.radius("gamma")
        return self.ascend(task, loss, g, self.fisher_eps(g, g * g, gamma), radius=gamma)

    def step_trpo(self, task):
        return self.plain(task, self.trpo_extra(task))

    def step_mesa(self, task):
        return self.plain(task, self.mesa_extra(task))

    def step_r3f(self, task):
        return self.plain(task, self.r3f_extra(task))

    def step_asam_trpo(self, task):
        return self.step_sam(task, self.trpo_extra(task))

    def step_asam_mesa(self, task):
        return self.step_sam(task, self.mesa_extra(task))

    def step_asam_r3f(self, task):
        return self.step_sam(task, self.r3f_extra(task))

    def tram(self, task, target):
        loss, _, g = task.gradient(self.theta)
        current = task.fixed_logits(self.theta)
        rows = task.counted(self.k("divergence_fraction", 1.0))
        told = divergence(self.kind(), target[rows], current[rows], self.k("centre", "on") == "on").item()
        d = told / (target.shape[-1] * task.size) if self.k("reduction", "mean") == "reference" else told
        radius = self.trust_radius(d)
        rule = self.released_eps if self.k("arithmetic", "paper") == "released" else self.eps
        return self.ascend(task, loss, g, rule(g, radius), divergence=told, radius=radius)

    def trust_radius(self, d):
        """min(s d, cap); s is the knob's until auto_scale has seen 20 divergences, then fixed."""
        radius = (self.k("scale") if self.scale is None else self.scale) * d
        if self.k("auto_scale", 0.0) > 0 and self.scale is None and d > 0:
            self.divergences.append(d)
            if len(self.divergences) == 20:
                middle = sorted(self.divergences)
                self.scale = self.k("auto_scale") / ((middle[9] + middle[10]) / 2)
        return self.scheduled(min(radius, self.k("rho")) if self.k("rho") > 0 else radius)

    def step_tram_prev(self, task):
        return self.tram(task, task.fixed_logits(self.previous))

    def step_tram_0(self, task):
        return self.tram(task, task.fixed_logits(self.theta_0))

    def step_tram_x(self, task):
        return self.tram(task, task.fixed_logits(self.theta, task.z))

    def step_tram_fisher(self, task):
        noised_loss, _, noised_g = task.gradient(self.theta, noise=task.z)
        loss, _, g = task.gradient(self.theta)
        if self.k("fisher_cost", "strict") == "paper-cost":
            loss, g = noised_loss, noised_g
        gamma = self.radius("gamma")
        return self.ascend(task, loss, g, self.fisher_eps(g, noised_g * noised_g, gamma), radius=gamma)

    def step_functional_sam(self, task):
        theta = self.theta.detach().requires_grad_()
        logits = task.logits(theta)
        loss = task.loss_of(logits)
        delta, g = torch.autograd.grad(loss, (logits, theta))
        rho = self.radius()
        eps = self.eps(g, rho)
        moved = (self.theta + eps).requires_grad_()
        moved_logits = task.logits(moved)
        (h,) = torch.autograd.grad(moved_logits, moved, grad_outputs=delta)
        numbers = {"loss": loss.item(), "grad_norm": g.norm().item()}
        if not self.perturbs():
            return g, numbers
        return self.combined(g, h), numbers | {"loss_perturbed": task.loss_of(moved_logits).item(), "radius": rho,
                                               "perturbation_norm": eps.norm().item()}

    def step_le_sam(self, task):
        loss, _, g = task.gradient(self.theta)
        # The paper's cosine from sigma to 0 at the end; steps before this one, as torch's CosineAnnealingLR counts.
        sigma = self.k("sigma") * (1 + math.cos(math.pi * (self.t - 1) / self.k("max_steps"))) / 2
        rho = min(sigma / ((g * self.mask).norm().item() + DELTA), self.radius())
        return self.ascend(task, loss, g, self.eps(g, rho), radius=rho)

    def step_friendly_sam(self, task):
        loss, _, g = task.gradient(self.theta)
        if self.momentum is None:
            self.momentum, direction = g, g
        else:
            direction = g - self.k("sigma") * self.momentum
            decay = self.k("lambda")
            self.momentum = decay * self.momentum + (1 - decay) * g
        return self.ascend(task, loss, g, self.eps(direction, self.radius()), radius=self.radius())

    def step_gsam(self, task):
        loss, _, g = task.gradient(self.theta)
        rho = self.radius()
        h, numbers = self.ascend(task, loss, g, self.eps(g, rho), radius=rho)
        if "loss_perturbed" not in numbers:
            return g, numbers
        across = g - (g @ h) / (h @ h) * h
        return h - self.k("alpha") * across, numbers

    def step_msam(self, task):
        m = self.m * self.mask
        rho = self.radius() if self.perturbs() else 0.0
        eps = -rho * m / (m.norm() + DELTA)
        loss, _, h = task.gradient(self.theta + eps)
        return h, {"loss": loss, "grad_norm": h.norm().item(), "perturbation_norm": eps.norm().item(), "radius": rho}

    def step_looksam(self, task):
        loss, _, g = task.gradient(self.theta)
        if (self.t - 1) % int(self.k("interval")) == 0:
            eps = self.eps(g, self.radius())
            perturbed, _, h = task.gradient(self.theta + eps)
            self.reused = h - (g @ h) / (g @ g) * g
            return h, {"loss": loss, "grad_norm": g.norm().item(), "loss_perturbed": perturbed,
                       "perturbation_norm": eps.norm().item(), "radius": self.radius()}
        h = g + self.k("alpha") * (g.norm() / (self.reused.norm() + 1e-8)) * self.reused
        return h, {"loss": loss, "grad_norm": g.norm().item()}

    def target(self):
        """The weights whose outputs the current ones are compared with; None where noise makes the difference, or nothing is compared."""
        return {"tram-prev": self.previous, "trpo": self.previous, "asam+trpo": self.previous, "tram-0": self.theta_0,
                "mesa": self.average, "asam+mesa": self.average}.get(self.method)

    def rounding(self):
        """What of a divergence may be rounding, relatively. Weights are kept in single precision: theta is off by up to 2^-24 of itself,
        and so is its difference from the target's, which a small step makes much smaller than theta. A divergence is quadratic in that
        difference. So at a first warm-up step (bundled digits: steps of 3e-5 a weight) only four digits of it are left."""
        target = self.target()
        apart = 0.0 if target is None else (self.theta - target).norm().item()
        return 2 * 2 ** -24 * self.theta.norm().item() / apart if apart > 0 else 0.0

    # the base optimizer

    def descend(self, h, lr):
        limit = self.k("max_grad_norm", 0.0)
        if limit > 0 and h.norm() > limit:
            h = h * (limit / h.norm())
        before = self.theta
        theta = before * (1 - lr * self.k("weight_decay"))
        if self.k("optimizer", "sgd" if self.method == "sgd" else "adamw") == "sgd":
            self.m = self.k("momentum") * self.m + h
            self.theta = theta - lr * self.m
        else:
            b1, b2, e = self.k("adam_beta1"), self.k("adam_beta2"), self.k("adam_epsilon")
            self.m = b1 * self.m + (1 - b1) * h
            self.v = b2 * self.v + (1 - b2) * h * h
            root = self.v.sqrt() / math.sqrt(1 - b2 ** self.t)
            self.theta = theta - lr / (1 - b1 ** self.t) * self.m / (root + e)
        self.previous = before
        if "mesa" in self.method:
            decay = self.k("decay")
            if self.k("ema_warmup", "off") == "on":
                decay = min(decay, (1 + self.t) / (10 + self.t))
            self.average = decay * self.average + (1 - decay) * self.theta
        return (self.theta - before).norm().item()

    def lr_end(self):
        kind = self.k("lr_scheduler_type")
        return {"constant": self.k("learning_rate"), "linear": 0.0}.get(kind, min(self.k("lr_end"), self.k("learning_rate")))

    def learning_rate(self):
        peak, warm_up, last = self.k("learning_rate"), self.k("warmup_steps"), self.k("max_steps")
        if self.t <= warm_up:
            return peak * self.t / warm_up
        end = min(self.k("lr_end"), peak)
        left = 1 - (self.t - warm_up) / (last - warm_up) if self.t < last else 0.0
        return {"constant": peak, "linear": peak * left,
                "polynomial": end + (peak - end) * left ** self.k("power"),
                "cosine": end + (peak - end) * (1 + math.cos(math.pi * (1 - left))) / 2}[self.k("lr_scheduler_type")]

    def by_parts(self, rule, task):
        """h = mean of the parts' g~_i, each at its own theta + eps_i; likewise of everything else that is told."""
        batches = int(self.k("gradient_accumulation_steps", 1))
        count = batches * min(int(self.k("micro_batch_count")), int(self.k("per_device_train_batch_size")))
        results = [rule(part) for part in task.parts(count)]
        numbers = {name: sum(row[name] for _, row in results) / count for name in results[0][1]}
        return sum(h for h, _ in results) / count, numbers

    def step(self, task):
        self.t += 1
        rule = getattr(self, "step_" + self.method.replace("-", "_").replace("+", "_"))
        if self.k("m_sharpness", "off") == "on":
            h, numbers = self.by_parts(rule, task)
        else:
            h, numbers = rule(task)
        numbers["lr"] = self.learning_rate()
        if numbers.get("divergence"):
            numbers["rounding"] = self.rounding()
        numbers["update_norm"] = self.descend(h, numbers["lr"])
        return numbers


# -- comparing ---------------------------------------------------------------------------------------------------------

class Comparison:
    def __init__(self):
        self.worst = {name: (0.0, None) for name in SCALARS}
        self.faults = []

    def take(self, step, theirs, ours, tolerance):
        for name in SCALARS:
            told, computed = theirs.get(name), ours.get(name)
            if told is None and computed is None:
                continue
            if told is None or computed is None:
                # Nothing is said of a second pass that a zero radius saves; and a rule without a second pass says 0 or nothing.
                nothing = computed if told is None else told
                if name in ("perturbation_norm", "radius", "divergence") and nothing == 0:
                    continue
                if name == "loss_perturbed" and not ours.get("perturbation_norm"):
                    continue
                self.faults.append(f"step {step}: {name}: the trace says {told}, the equations {computed}")
                continue
            # What is 0 by the equations may be 0 up to rounding.
            error = abs(told - computed) / max(abs(computed), 1e-12)
            allowed = tolerance + (ours.get("rounding", 0.0) if name in DIVERGENT else 0.0)
            if error > self.worst[name][0]:
                self.worst[name] = (error, step)
            if error > allowed:
                self.faults.append(f"step {step}: {name}: the trace says {told:.9g}, the equations {computed:.9g} "
                                   f"(relative {error:.1e})")


def run(trace, dtype, compare):
    model = MODELS[trace.task](trace.config, trace.initial)
    lane = Lane(trace, model)
    numbers = []
    for step, theirs in enumerate(trace.steps):
        numbers.append(lane.step(Task(model, trace.batches[step])))
        compare(step + 1, theirs, numbers[-1])
    return model, lane, numbers


def without_key_biases(name, tensor):
    """A bias added to all keys moves every score of a query alike, so the softmax does not see it and its gradient is 0. What is
    computed instead is rounding noise, which Adam's normalisation then blows up: no two implementations agree on it."""
    if name.endswith("attn.c_attn.bias"):
        query, _, value = tensor.chunk(3)
        return torch.cat([query, value])
    if name.endswith(("attention.self.key.bias", "attention.attention.key.bias")):
        return tensor[:0]
    return tensor.flatten()


def compare_weights(trace, model, lane):
    """Relative distance over all weights, and that of the worst tensor."""
    told = model.flatten(trace.final)
    whole = ((told - lane.theta).norm() / lane.theta.norm()).item()
    ours, theirs = model.views(lane.theta), model.views(told)
    parts = {}
    for name, _, _ in model.layout:
        computed = without_key_biases(name, ours[name])
        parts[name] = ((without_key_biases(name, theirs[name]) - computed).norm() / max(computed.norm().item(), 1e-12)).item()
    return whole, max(parts.items(), key=lambda part: part[1])


def store(path, trace, model, lane, numbers):
    """What a test without Python compares with: scalars of every step, and three numbers of every final tensor."""
    final = {}
    for name, tensor in model.views(lane.theta).items():
        flat = without_key_biases(name, tensor).double()
        ramp = torch.arange(1, flat.numel() + 1, dtype=torch.float64) / flat.numel()
        final[name] = [float(f"{value:.8g}") for value in
                       (flat.norm().item(), flat.sum().item(), (flat * ramp).sum().item())]
    keys = [*SCALARS, "rounding"]
    steps = [{key: float(f"{row[key]:.8g}") for key in keys if row.get(key) is not None} for row in numbers]
    stored = {"made_by": f"tests/reference/trace_check.py, PyTorch {torch.__version__}", "method": trace.method,
              "steps": steps, "final": final}
    with open(path, "w", encoding="ascii") as file:
        json.dump(stored, file, separators=(",", ":"))
        file.write("\n")


def check(folder, options):
    dtype = torch.float32 if options.float else torch.float64
    torch.set_default_dtype(dtype)
    trace = Trace(folder, dtype)
    comparison = Comparison()
    model, lane, numbers = run(trace, dtype, lambda *row: comparison.take(*row, options.scalar))
    whole, (worst_name, worst) = compare_weights(trace, model, lane)
    if not whole <= options.weights:
        comparison.faults.append(f"final weights: relative distance {whole:.1e}")
    if not worst <= options.weights:
        comparison.faults.append(f"final {worst_name}: relative distance {worst:.1e}")
    shown = " ".join(f"{name} {error:.0e}" for name, (error, _) in comparison.worst.items() if error > 0)
    print(f"{trace.name:18} {'ok' if not comparison.faults else 'MISMATCH':8} steps {len(numbers)}  weights {whole:.1e} "
          f"(worst {worst_name} {worst:.1e})  {shown}")
    for fault in comparison.faults[:12]:
        print("    " + fault)
    if len(comparison.faults) > 12:
        print(f"    and {len(comparison.faults) - 12} more")
    if options.store is not None:
        store(os.path.join(options.store, trace.name + ".json"), trace, model, lane, numbers)
    return not comparison.faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--float", action="store_true", help="compute in single precision")
    parser.add_argument("--store", metavar="FOLDER", help="write what was computed here")
    parser.add_argument("--scalar", type=float, default=2e-5, help="relative tolerance of each step's numbers")
    parser.add_argument("--weights", type=float, default=1e-4, help="relative tolerance of the final weights")
    parser.add_argument("directories", nargs="+")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = [check(folder, options) for folder in options.directories]
    print(f"{sum(results)} of {len(results)} agree")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
