/* data/byte_symbol.h -- GPT-2's alphabet: one printable character for each byte. */
#ifndef DATA_BYTE_SYMBOL_H
#define DATA_BYTE_SYMBOL_H

#include <stdint.h>

enum { BYTE_SYMBOL_COUNT = 256 };

/* Vocabulary files spell a byte as a character (Radford et al. 2019, bytes_to_unicode): '!'..'~', 0xA1..0xAC and 0xAE..0xFF
 * stand for themselves, the 68 other bytes, in order, for the characters U+0100..U+0143 (a space is U+0120). */
int32_t byte_to_symbol(uint8_t byte);

/* The byte of a character, 0..255; -1 if it stands for none. */
int symbol_to_byte(int32_t code_point);

/* The bytes in the order of their characters: the order in which a trained vocabulary lists them. rank in 0..255. */
uint8_t byte_of_rank(int rank);

#endif
