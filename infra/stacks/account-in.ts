import { type Stack, Token } from 'aws-cdk-lib';

/** The account as cdk-nag writes it in the ids of its findings. */
export const accountIn = ({ account }: Stack): string => (Token.isUnresolved(account) ? '<AWS::AccountId>' : account);
