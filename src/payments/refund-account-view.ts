/** Where a person sends money back to: a bank or e-wallet, its number, and whose it is. */
export type RefundAccount = { bank: string; number: string; holder: string }
