#!/usr/bin/env python3
"""tests/reference/unigram_tokenizer.py -- a small Unigram tokenizer trained and run by SentencePiece itself.

    apt-get install sentencepiece       (Debian 12: 0.1.97-3; the programs spm_train and spm_encode)
    python3 tests/reference/unigram_tokenizer.py tests/reference

writes unigram_tokenizer.json, the model in the form Hugging Face gives XLM-R (<s> <pad> </s> <unk>, the pieces, <mask>; the charsmap
is the model's own), and unigram_tokens.json, what spm_encode makes of some strings, in these ids. The normalization rules are a small
table made here (NFKC of the strings' characters, a deletion, a sequence, white space), so that the charsmap stays small; with --full
it is nmt_nfkc, which XLM-R has: 320 kB, not stored. Trained on the bundled declarations of human rights.
"""
import base64, json, os, struct, subprocess, sys, tempfile, unicodedata

out_folder = sys.argv[1]
is_full = '--full' in sys.argv
LANGUAGES = 'en fr es de el bg ru tr ar vi th zh hi sw ur'.split()
DATA = 'sample-runs/data/cross-lingual'

STRINGS = [
    'All human beings are born free and equal in dignity and rights.', 'freedom', ' leading', 'trailing ', 'two  blanks   three', '   ', '',
    'tab\there', 'nbsp\u00a0here\u3000wide', 'caf\u00e9 cafe\u0301', 'ﬁne ﬂow ½ ² Ⅷ ①', 'ＦＵＬＬ ｗｉｄｔｈ', 'soft\u00adhyphen zero\u200bwidth',
    'Ελευθερία και δικαιώματα', 'всички хора се раждат свободни', 'Все люди рождаются свободными', 'Bütün insanlar hür doğarlar',
    'يولد جميع الناس أحرارا', 'Tất cả mọi người sinh ra đều được tự do', 'มนุษย์ทั้งหลายเกิดมามีอิสระ', '人人生而自由', 'सभी मनुष्यों को',
    'Watu wote wamezaliwa huru', 'تمام انسان آزاد', '日本語 unknown 漢字', '😀 emoji 👍🏽', 'mixed😀😀end', 'a▁b', 'x' * 40,
    'ﷺ', 'it\'s "quoted" -- (brackets)', '1948-12-10', 'unfreedomishness', 'THE UNITED NATIONS', '\U0001d518nicode', 'İstanbul ǆ ẞ',
    '가 각 \u1100\u1161', 'हिन्दी क़', 'line\nbreak',
]


def rules():
    """What each character of the strings becomes: as much of NFKC as they need."""
    lines = {}
    for c in sorted(set(''.join(STRINGS))):
        after = ' ' if c in '\t\n\u00a0\u3000' else '' if c in '\u00ad\u200b' else unicodedata.normalize('NFKC', c)
        if after != c:
            lines[c] = after
    lines['e\u0301'] = '\u00e9'
    lines['\u1100\u1161'] = '\uac00'
    code = lambda text: ' '.join('%X' % ord(c) for c in text)
    return ''.join(f'{code(before)}\t{code(after)}\n' for before, after in lines.items())


def fields(data):
    """The fields of a protobuf message: (number, value) with bytes or a number."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 2:
            size = varint()
            yield key >> 3, data[at:at + size]
            at += size
        elif key & 7 == 5:
            yield key >> 3, struct.unpack('<f', data[at:at + 4])[0]
            at += 4
        else:
            raise ValueError(key)


with tempfile.TemporaryDirectory() as folder:
    corpus, table, prefix = folder + '/corpus.txt', folder + '/rules.tsv', folder + '/m'
    with open(corpus, 'w', encoding='utf-8') as file:
        for language in LANGUAGES:
            for line in open(f'{DATA}/udhr.{language}.tsv', encoding='utf-8'):
                file.write(line.split('\t')[1].strip() + '\n')
    with open(table, 'w', encoding='utf-8') as file:
        file.write(rules())
    normalization = '--normalization_rule_name=nmt_nfkc' if is_full else '--normalization_rule_tsv=' + table
    subprocess.run(['spm_train', '--input=' + corpus, '--model_prefix=' + prefix, '--vocab_size=1200', '--character_coverage=0.98',
                    '--num_threads=1', normalization], check=True, stderr=subprocess.DEVNULL)
    pieces, charsmap = [], b''
    for number, value in fields(open(prefix + '.model', 'rb').read()):
        if number == 1:
            piece = dict(fields(value))
            pieces.append((piece[1].decode(), piece.get(2, 0.0), piece.get(3, 1)))
        elif number == 3:
            charsmap = dict(fields(value)).get(2, b'')

    assert [piece[0] for piece in pieces[:3]] == ['<unk>', '<s>', '</s>']
    vocab = [['<s>', 0.0], ['<pad>', 0.0], ['</s>', 0.0], ['<unk>', 0.0]] + [[p, s] for p, s, _ in pieces[3:]] + [['<mask>', 0.0]]
    cases = []
    for text in STRINGS:
        # One string a run: spm_encode reads lines, and a string may have line breaks, which the rules turn into blanks.
        source = text.replace('\n', ' ')
        done = subprocess.run(['spm_encode', '--model=' + prefix + '.model', '--output_format=id'], input=source + '\n',
                              capture_output=True, text=True, check=True)
        ids = [int(word) for word in done.stdout.split()]
        cases.append({'text': text, 'ids': [3 if i == 0 else i + 1 for i in ids]})

special = {'single_word': False, 'rstrip': False, 'normalized': False, 'special': True}
document = {
    'version': '1.0', 'truncation': None, 'padding': None,
    'added_tokens': [{'id': i, 'content': vocab[i][0], 'lstrip': i > 3, **special} for i in [0, 1, 2, 3, len(vocab) - 1]],
    'normalizer': {'type': 'Precompiled', 'precompiled_charsmap': base64.b64encode(charsmap).decode()},
    'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [
        {'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'replacement': '\u2581', 'add_prefix_space': True}]},
    'post_processor': None, 'decoder': {'type': 'Metaspace', 'replacement': '\u2581', 'add_prefix_space': True},
    'model': {'type': 'Unigram', 'unk_id': 3, 'vocab': vocab},
}
for name, content in [('unigram_tokenizer.json', document), ('unigram_tokens.json', {'source': 'sentencepiece 0.1.97', 'cases': cases})]:
    with open(os.path.join(out_folder, name), 'w', encoding='utf-8') as file:
        json.dump(content, file, ensure_ascii=False)
        file.write('\n')
print(len(cases), 'strings,', len(vocab), 'entries, charsmap of', len(charsmap), 'bytes')
