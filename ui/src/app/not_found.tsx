// SPDX-License-Identifier: Apache-2.0
import { Signpost } from 'lucide-react';
import { Link } from 'wouter';
import { Card, Page } from '@/widgets/card';
import { Empty } from '@/widgets/states';

export function NotFound() {
  return (
    <Page title="Not found">
      <Card>
        <Empty icon={<Signpost />} title="There is no such page" actions={<Link href="/">Go to the start page</Link>}>
          Nothing lives at {window.location.pathname}.
        </Empty>
      </Card>
    </Page>
  );
}
