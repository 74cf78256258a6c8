/** Never edited once released. `phone` is JSON: the real phone in a call, null where the customer is simulated. */
export const PHONE = `
ALTER TABLE call ADD COLUMN phone TEXT;
`;
